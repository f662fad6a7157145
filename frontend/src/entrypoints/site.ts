/** What every page loads: the styles, forms that can't be sent twice, the tour and the account's time zone. */
import "../styles/tokens.css";
import "../styles/base.css";
import "../styles/layout.css";
import "../styles/components.css";
import "../styles/forms.css";
import "../styles/home.css";
import "../styles/modes.css";
import "../styles/reveal.css";
import "../styles/tables.css";
import "../styles/tour.css";
import { bindDeviceZone } from "../account/zone";
import { submitOnce, wake } from "../read/submit";
import { bindTour } from "../tour/tour";

const forms = document.querySelectorAll<HTMLFormElement>("form[data-once]");
forms.forEach(submitOnce);
window.addEventListener("pageshow", () => {
  forms.forEach(wake);
});
bindDeviceZone(document, Intl.DateTimeFormat().resolvedOptions().timeZone);
bindTour(document);
