/** The read page's own script and styles. */
import "../styles/read.css";
import "../styles/viewer.css";
import { startReadPage } from "../read/page";

startReadPage(document);
