// Runs before anything is painted: says that scripts work, so that CSS may show what needs them.
document.body.classList.add("js-enabled", "govuk-frontend-supported");
