/** The progress page's charts; the tables stand without them. */
import { drawCharts } from "../charts/draw";

drawCharts(document);
