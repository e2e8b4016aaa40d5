// npm install && npm run check
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Ajv from "ajv";
import { createGenerator } from "ts-json-schema-generator";
import { parse } from "yaml";

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

const panelsOf = {};
const directory = here("../dashboards/");
for (const file of readdirSync(directory)) {
  const dashboard = JSON.parse(readFileSync(directory + file));
  panelsOf[dashboard.uid] = dashboard.panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]).map((panel) => panel.id);
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

function expect(what, holds, otherwise) {
  if (!holds) console.log(what, otherwise);
  holds ? passed++ : failed++;
}

// Validates each file by itself, because compose and Kubernetes define which are mounted; and the references in their fields.
const uids = [];
for (const [folder, kind] of [
  ["../provisioning/datasources/", "datasources"], ["../secure/", "datasources"], ["../provisioning/dashboards/", "dashboards"],
  ["../provisioning/alerting/", "alerting"], ["../contact/", "alerting"],
]) {
  for (const name of readdirSync(here(folder)).filter((name) => /\.ya?ml$/.test(name) && name !== "kustomization.yaml")) {
    const file = parse(readFileSync(here(folder) + name, "utf8"));
    check(name, `provisioning/properties/${kind}`, file);
    file.datasources?.forEach((source) => uids.push(source.uid));
    for (const rule of file.groups?.flatMap((group) => group.rules) ?? []) {
      const what = `${name}, ${rule.title}:`;
      const names = rule.data.map((query) => query.refId);
      expect(what, names.includes(rule.condition), `no query ${rule.condition}, which is its condition`);
      expect(what, panelsOf[rule.dashboardUid]?.includes(rule.panelId), `no panel ${rule.panelId} in ${rule.dashboardUid}`);
      for (const query of rule.data) {
        expect(what, query.refId === query.model.refId, `${query.refId} is ${query.model.refId} in its model`);
        if (query.datasourceUid !== "__expr__") expect(what, uids.includes(query.datasourceUid), `no data source ${query.datasourceUid}`);
        const used = query.model.type === "math" ? [...query.model.expression.matchAll(/\$\{?(\w+)/g)].map((match) => match[1])
          : query.model.type === "reduce" ? [query.model.expression] : [];
        used.forEach((other) => expect(what, names.includes(other), `${query.refId} uses ${other}, which is no query`));
      }
      // Grafana's releases differ in the meaning of a dollar sign in annotations.
      expect(what, !JSON.stringify([rule.annotations, rule.labels]).includes("$"), "a dollar sign in its texts");
    }
    for (const policy of file.policies ?? []) {
      expect(name, file.contactPoints?.some((point) => point.name === policy.receiver), `no contact point ${policy.receiver}`);
    }
    // Grafana's database keeps what a file no longer contains, so each file deletes what the others create.
    if (folder === "../contact/") {
      const kept = (file.contactPoints ?? []).flatMap((point) => point.receivers).concat(file.deleteContactPoints ?? []);
      for (const uid of ["sensorline-webhook", "sensorline-email"]) {
        expect(name, kept.filter((receiver) => receiver.uid === uid).length === 1, `neither makes nor removes ${uid}, or both`);
      }
      expect(name, !file.policies === !!file.resetPolicies, "neither has a policy nor resets it, or both");
    }
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
