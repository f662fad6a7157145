/** The model page's charts; the tables stand without them. */
import { drawCard } from "../charts/draw_card";

drawCard(document);
