/** What every page loads: the styles, and forms that can't be sent twice. */
import "../styles/tokens.css";
import "../styles/base.css";
import "../styles/layout.css";
import "../styles/components.css";
import "../styles/forms.css";
import "../styles/home.css";
import "../styles/reveal.css";
import { submitOnce, wake } from "../read/submit";

const forms = document.querySelectorAll<HTMLFormElement>("form[data-once]");
forms.forEach(submitOnce);
window.addEventListener("pageshow", () => {
  forms.forEach(wake);
});
