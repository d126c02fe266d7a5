// What our HTML must be, for html-validate: the living standard, with these exceptions.
const style = {
  "doctype-style": "off", // both spellings are right
  "void-style": "off",
  "attribute-boolean-style": "off", // `hidden` and `hidden=""` mean the same
  "attribute-empty-style": "off",
  "no-trailing-whitespace": "off", // templates leave spaces; nobody sees them
  "no-inline-style": "off", // the content-security-policy forbids them already, in every browser test
  "no-implicit-button-type": "off", // a button in a form sends it: that is what the standard says, and what we mean
  "form-dup-name": "off", // a button may carry the same name as the radios: the answer is one of them
  "aria-label-misuse": ["error", { allowAnyNamable: true }], // our lists have names
  "tel-non-breaking": "off", // it minds words as well; test_accessibility.py looks at the digits
  "meta-refresh": "off", // a kiosk that is left alone clears itself, without a script too
  "wcag/h32": "off", // the buttons of such a form stand elsewhere on the page (`form=`), or this page needs none
  "long-title": "off", // for search engines; these pages are not for them
}

export default {
  root: true,
  extends: ["html-validate:recommended"],
  rules: { ...style, "no-missing-references": "error" },
}
