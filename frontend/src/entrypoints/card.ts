/** The model page's styles; its charts are drawn on the server. */
import "../styles/charts.css";
