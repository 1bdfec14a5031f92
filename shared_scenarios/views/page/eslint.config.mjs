// The scripts of the page are put one after the other into one: what a file defines, later ones use.
export default [
  {
    files: ["*.js"],
    languageOptions: { ecmaVersion: 2023, sourceType: "script" },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "curly": ["error", "multi-line"], "eqeqeq": "error", "no-eval": "error", "no-implied-eval": "error", "no-new-func": "error",
      "no-var": "error", "prefer-const": "error", "no-shadow": "error", "no-param-reassign": "error", "no-else-return": "error",
      "no-unreachable": "error", "no-fallthrough": "error", "no-empty": "error", "no-console": "error", "max-params": ["error", 7],
      "complexity": ["error", 12], "max-lines-per-function": ["error", { max: 30, skipComments: true }], "max-lines": ["error", 260],
      "no-restricted-properties": ["error",
        { property: "innerHTML", message: "Text of a report is never markup." },
        { property: "outerHTML", message: "Text of a report is never markup." },
        { property: "insertAdjacentHTML", message: "Text of a report is never markup." }],
      "no-restricted-globals": ["error", "fetch", "XMLHttpRequest", "WebSocket", "localStorage", "sessionStorage"],
    },
  },
];
