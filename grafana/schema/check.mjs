// npm install && npm run check
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Ajv from "ajv";
import { createGenerator } from "ts-json-schema-generator";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const schema = createGenerator({
  path: here("types.ts"), tsconfig: here("tsconfig.json"), type: "Schema", expose: "none", skipTypeCheck: true,
}).createSchema("Schema");
const ajv = new Ajv({ strict: false, allErrors: true }).addSchema(schema, "schema");
let passed = 0, failed = 0;

function check(what, pointer, value) {
  const validate = ajv.getSchema("schema#/definitions/Schema/properties/" + pointer);
  const errors = !validate ? [{ message: "of a type that types.ts does not know" }] : validate(value) ? [] : validate.errors;
  errors.forEach((error) => console.log(what, error.instancePath ?? "", error.message, JSON.stringify(error.params ?? {})));
  errors.length ? failed++ : passed++;
}

const directory = here("../dashboards/");
for (const file of readdirSync(directory)) {
  const dashboard = JSON.parse(readFileSync(directory + file));
  check(file, "dashboard", dashboard);
  for (const panel of dashboard.panels.flatMap((panel) => (panel.type === "row" ? panel.panels : [panel]))) {
    const what = `${file}, ${panel.title}:`;
    check(what, "panel", panel);
    check(what, `options/properties/${panel.type}`, panel.options);
    if (["timeseries", "state-timeline"].includes(panel.type)) {
      check(what, `custom/properties/${panel.type}`, panel.fieldConfig.defaults.custom);
    }
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
