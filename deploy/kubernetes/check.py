"""What check asks of an overlay beyond schemas: that kube-score finds just what the README accepts, that the network policies
allow just the README's arrows, that the ConfigMaps hold just the files that compose mounts, and that no variable of the locked
overlay holds a secret."""
import json, pathlib, re, sys

import yaml

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
README = (HERE / "README.md").read_text()
GRADE_OK = 10
# Pods that are not ours: the resolver, and anybody else's.
OTHERS = {"kube-system/dns": {"k8s-app": "kube-dns"}, "monitoring/any": {}, "elsewhere/any": {}}


def rows(heading):
    """The cells of the table below a heading of the README."""
    section = README.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    table = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in table[2:]]


def findings(overlay):
    found = set()
    for scored in json.loads((HERE / f"target/{overlay}.score.json").read_text()):
        for check in scored["checks"]:
            if not check["skipped"] and check["grade"] < GRADE_OK:
                found.add((check["check"]["id"], scored["object_meta"]["name"]))
    return found


def accepted():
    return {(check, name.strip()) for check, names, _ in rows("Findings that are accepted") for name in names.split(",")}


def matches(selector, labels):
    selector = selector or {}
    holds = {"In": lambda value, values: value in values, "NotIn": lambda value, values: value not in values}
    return (all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())
            and all(holds[term["operator"]](labels.get(term["key"]), term["values"])
                    for term in selector.get("matchExpressions", [])))


def is_peer(peers, namespace, pod, own_namespace):
    """Whether a pod is one of a rule's peers; without any, all are."""
    return peers is None or any(
        ("namespaceSelector" in peer and matches(peer["namespaceSelector"], {"kubernetes.io/metadata.name": namespace})
         or "namespaceSelector" not in peer and namespace == own_namespace)
        and matches(peer.get("podSelector"), pod) for peer in peers)


def allows(policies, direction, pod, other, port):
    """Whether a pod may be reached by another, or reach it, on a port; what no policy selects, may."""
    (namespace, labels), (other_namespace, other_labels) = pod, other
    selecting = [policy for policy in policies if policy["metadata"]["namespace"] == namespace
                 and direction in policy["spec"]["policyTypes"] and matches(policy["spec"]["podSelector"], labels)]
    ends = "from" if direction == "Ingress" else "to"
    return not selecting or any(
        is_peer(rule.get(ends), other_namespace, other_labels, namespace)
        and (not rule.get("ports") or port in [allowed["port"] for allowed in rule["ports"]])
        for policy in selecting for rule in policy["spec"].get(direction.lower()) or [])


def template_of(thing):
    spec = thing.get("spec", {})
    return spec.get("template") or spec.get("jobTemplate", {}).get("spec", {}).get("template")


def arrows(things):
    policies = [thing for thing in things if thing["kind"] == "NetworkPolicy"]
    pods = {name: (name.split("/")[0], labels) for name, labels in OTHERS.items()}
    for thing in things:
        if template := template_of(thing):
            namespace, labels = thing["metadata"]["namespace"], template["metadata"]["labels"]
            component = labels["app.kubernetes.io/component"]
            pods[component if namespace == "sensorline" else f"{namespace}/{component}"] = namespace, labels
    ports = {port["port"] for policy in policies for way in ("ingress", "egress")
             for rule in policy["spec"].get(way, []) for port in rule.get("ports", [])} | {1}
    return {(source, target, str(port)) for source in pods for target in pods for port in ports
            if not {source, target} <= OTHERS.keys()
            and allows(policies, "Egress", pods[source], pods[target], port)
            and allows(policies, "Ingress", pods[target], pods[source], port)}


def promised_arrows(overlay):
    return {(source, target, port) for source, target, port, where in rows("Who may reach whom")
            if where == "all" or overlay in where.split(", ")}


def held(things):
    """The files in ConfigMaps, by name and content."""
    return {(name, content) for thing in things if thing["kind"] == "ConfigMap" for name, content in thing["data"].items()}


def mounted(overlay):
    """What compose mounts from the four folders; when it is locked, some of it from a folder secure in them."""
    folders = [ROOT / "mosquitto", ROOT / "deploy/influxdb", ROOT / "deploy/telegraf", ROOT / "grafana/dashboards",
               *(ROOT / "grafana/provisioning").iterdir()]
    if overlay == "secure":
        folders += [ROOT / "mosquitto/secure", ROOT / "deploy/influxdb/secure", ROOT / "grafana/secure"]
    return set({file.name: file.read_text() for folder in folders for file in folder.iterdir()
                if file.suffix in (".conf", ".iql", ".sh", ".json", ".yaml") and not re.match(r"kustomization|measure", file.name)
                or file.name == "acl"}.items())


def variables_of_secrets(things):
    """Variables that a Secret is put into."""
    return [f"{variable.get('name', 'all')} of {thing['metadata']['name']}" for thing in things if (template := template_of(thing))
            for container in template["spec"]["containers"] for variable in container.get("env", []) + container.get("envFrom", [])
            if "secretKeyRef" in variable.get("valueFrom", {}) or "secretRef" in variable]


def main(overlay):
    things = list(yaml.safe_load_all((HERE / f"target/{overlay}.yaml").read_text()))
    names = {thing["metadata"]["name"] for thing in things}
    problems = []
    found, expected = findings(overlay), {(check, name) for check, name in accepted() if name in names}
    problems += [f"kube-score: {check} of {name} is not accepted in the README" for check, name in sorted(found - expected)]
    problems += [f"README: kube-score does not find {check} of {name}" for check, name in sorted(expected - found)]
    allowed, promised = arrows(things), promised_arrows(overlay)
    problems += [f"{a} may reach {b} on {port}, which the README does not say" for a, b, port in sorted(allowed - promised)]
    problems += [f"{a} may not reach {b} on {port}, as the README says" for a, b, port in sorted(promised - allowed)]
    problems += [f"no ConfigMap holds {name} as it is" for name, _ in sorted(mounted(overlay) - held(things))]
    if overlay == "secure":
        problems += [f"a Secret is in the variable {variable}" for variable in variables_of_secrets(things)]
    for problem in problems:
        print(f"{overlay}: {problem}", file=sys.stderr)
    print(f"{overlay}: {len(found)} findings of kube-score, {len(allowed)} arrows, {len(mounted(overlay))} files; {len(problems)} problems")
    return len(problems) > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
