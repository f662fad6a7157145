/** The read page's own script and styles. */
import "../styles/answers.css";
import "../styles/read.css";
import "../styles/viewer.css";
import "../styles/viewer-tools.css";
import "../styles/room.css";
import "../styles/heatmap.css";
import "../styles/marks.css";
import "../styles/notes.css";
import "../styles/sheet.css";
import { startDeadline } from "../read/deadline";
import { startReadPage } from "../read/page";

startDeadline(document);
startReadPage(document);
