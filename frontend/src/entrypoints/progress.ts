/** The progress page's styles; its charts are drawn on the server. */
import "../styles/charts.css";
import "../styles/progress.css";
