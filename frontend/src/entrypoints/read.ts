/** The read page's own script and styles. */
import "../styles/answers.css";
import "../styles/read.css";
import "../styles/viewer.css";
import { startReadPage } from "../read/page";

startReadPage(document);
