// Everything a page may need from a script. Every task works without any of it.
import { Button } from "govuk-frontend/dist/govuk/components/button/button.mjs";
import { CharacterCount } from "govuk-frontend/dist/govuk/components/character-count/character-count.mjs";
import { ErrorSummary } from "govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs";
import { NotificationBanner } from "govuk-frontend/dist/govuk/components/notification-banner/notification-banner.mjs";
import { PasswordInput } from "govuk-frontend/dist/govuk/components/password-input/password-input.mjs";
import { ServiceNavigation } from "govuk-frontend/dist/govuk/components/service-navigation/service-navigation.mjs";
import { SkipLink } from "govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs";

import { startAddAnother } from "./add-another.js";
import { startAutosave } from "./autosave.js";
import { startCopy } from "./copy.js";
import { startLeaving } from "./leaving.js";
import { startPasskey } from "./passkey.js";
import { startPresence } from "./presence.js";
import { startPrint } from "./print.js";
import { startSignInCode } from "./sign-in-code.js";
import { startTimeout } from "./timeout.js";
import { startUpload } from "./upload.js";

const components = [
  Button,
  CharacterCount,
  ErrorSummary,
  NotificationBanner,
  PasswordInput,
  ServiceNavigation,
  SkipLink,
];

function start(root) {
  for (const Component of components) {
    for (const element of root.querySelectorAll(`[data-module="${Component.moduleName}"]`)) {
      if (element.hasAttribute(`data-${Component.moduleName}-init`)) continue;
      try {
        new Component(element);
      } catch (error) {
        // One broken enhancement must not take the others with it.
        console.warn(error.message);
      }
    }
  }
  startCopy(root);
  startAddAnother(root, start);
  startUpload(root);
}

start(document);
startAutosave();
startLeaving();
startPasskey();
startSignInCode();
startPresence();
startPrint();
startTimeout();
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt !== document.body) start(event.detail.elt);
});
