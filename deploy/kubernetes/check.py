"""Checks an overlay, or a combination of components, beyond schemas: that kube-score finds exactly what the README accepts,
that the network policies allow exactly the README's connections, that the ConfigMaps contain the files that compose mounts, that no
variable of the secure stack contains a secret, that Grafana has everything that its files refer to, and the rules for every pod,
disruption budget and Service.
  check.py NAME COMPONENT...   checks target/NAME.yaml
  check.py --own FILE          prints the objects for which Kubernetes itself has schemas"""
import ipaddress, json, pathlib, re, sys

import yaml

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
README = (HERE / "README.md").read_text()
GRADE_OK = 10
OUR_IMAGES = re.compile(r"localhost/sensorline/|registry\.example\.org/sensorline/")
# Peers outside the manifests: by labels in a namespace, or by an address that no pod has.
OTHERS = {
    "kube-system/dns": ("kube-system", {"k8s-app": "kube-dns"}),
    "kube-system/node-dns": ("kube-system", {"k8s-app": "node-local-dns"}),
    "openshift-dns/dns": ("openshift-dns", {"dns.operator.openshift.io/daemonset-dns": "default"}),
    "node/dns": "169.254.20.10",
    "service/dns": "10.96.0.10",
    "monitoring/any": ("monitoring", {}),
    "elsewhere/any": ("elsewhere", {}),
    "private network": "192.168.1.7",
    "internet": "203.0.113.7",
}
KAFKA = {"kafka": ("sensorline", {"strimzi.io/cluster": "sensorline", "strimzi.io/name": "sensorline-kafka"})}
# Secrets that Strimzi creates.
STRIMZI_SECRETS = {"bridge", "writer", "sensorline-cluster-ca-cert"}
# How long InfluxDB may read data that was not yet compacted, on a slow disk.
STORE_START_SECONDS = 600


def rows(heading):
    """The cells of the table below a heading of the README."""
    section = re.split(rf"^##+ {heading}\n", README, flags=re.M)[1]
    section = re.split(r"^##+ ", section, flags=re.M)[0]
    table = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in table[2:]]


def split(cell):
    return [name.strip().strip("`") for name in cell.split(",")]


def findings(name):
    found = set()
    for scored in json.loads((HERE / f"target/{name}.score.json").read_text()):
        for check in scored["checks"]:
            if not check["skipped"] and check["grade"] < GRADE_OK:
                found.add((check["check"]["id"], scored["object_meta"]["name"]))
    return found


def accepted(traits, names):
    """The README's findings for the existing objects: for some by name, or for all of a component."""
    found = set()
    for check, of, _ in rows("Accepted findings of kube-score"):
        if component := re.fullmatch(r"all with `?([a-z-]+)`?", of):
            found |= {(check, name) for name in names if component.group(1) in traits}
        else:
            found |= {(check, name) for name in split(of) if name in names}
    return found


def matches(selector, labels):
    selector = selector or {}
    holds = {"In": lambda value, values: value in values, "NotIn": lambda value, values: value not in values}
    return (all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())
            and all(holds[term["operator"]](labels.get(term["key"]), term["values"])
                    for term in selector.get("matchExpressions", [])))


def is_peer(peers, other, own_namespace):
    """Whether a pod or an address is one of a rule's peers; a rule without peers matches all."""
    if peers is None:
        return True
    if isinstance(other, str):
        address = ipaddress.ip_address(other)
        return any(address in ipaddress.ip_network(block["cidr"]) and not any(address in ipaddress.ip_network(part) for part in block.get("except", []))
                   for peer in peers if (block := peer.get("ipBlock")))
    namespace, labels = other
    return any("ipBlock" not in peer
               and ("namespaceSelector" in peer and matches(peer["namespaceSelector"], {"kubernetes.io/metadata.name": namespace})
                    or "namespaceSelector" not in peer and namespace == own_namespace)
               and matches(peer.get("podSelector"), labels) for peer in peers)


def allows(policies, direction, pod, other, port):
    """Whether the policies allow a pod to connect to another, or to be reached by it, on a port; without a policy that selects it, they do."""
    if isinstance(pod, str):
        return True
    namespace, labels = pod
    selecting = [policy for policy in policies if policy["metadata"]["namespace"] == namespace
                 and direction in policy["spec"]["policyTypes"] and matches(policy["spec"]["podSelector"], labels)]
    ends = "from" if direction == "Ingress" else "to"
    return not selecting or any(
        is_peer(rule.get(ends), other, namespace)
        and (not rule.get("ports") or port in [allowed["port"] for allowed in rule["ports"]])
        for policy in selecting for rule in policy["spec"].get(direction.lower()) or [])


def template_of(thing):
    if thing["apiVersion"].startswith("kafka."):
        return None
    spec = thing.get("spec", {})
    return spec.get("template") or spec.get("jobTemplate", {}).get("spec", {}).get("template")


def containers_of(template):
    return template["spec"].get("initContainers", []) + template["spec"]["containers"]


def pods_of(things):
    """Labels and namespace of each of our pods, by its name."""
    pods = {}
    for thing in things:
        if template := template_of(thing):
            namespace, labels = thing["metadata"]["namespace"], template["metadata"]["labels"]
            name = labels["app.kubernetes.io/name"]
            pods[name if namespace == "sensorline" else f"{namespace}/{name}"] = namespace, labels
    return pods


def connections(things):
    policies = [thing for thing in things if thing["kind"] == "NetworkPolicy"]
    others = OTHERS | (KAFKA if any(thing["kind"] == "Kafka" for thing in things) else {})
    pods = others | pods_of(things)
    ports = {port["port"] for policy in policies for way in ("ingress", "egress")
             for rule in policy["spec"].get(way, []) for port in rule.get("ports", [])} | {1}
    # A DNS server opens no connections.
    sources = pods.keys() - {name for name in others if name.endswith("/dns")}
    found = {(source, target, str(port)) for source in sources for target in pods for port in ports
             if not {source, target} <= others.keys()
             and allows(policies, "Egress", pods[source], pods[target], port)
             and allows(policies, "Ingress", pods[target], pods[source], port)}
    # Connections that allow all destinations outside count as one.
    outside = {"internet", "private network", "elsewhere/any"}
    anywhere = {(source, port) for source, _, port in found if all((source, target, port) in found for target in outside)}
    return ({(source, target, port) for source, target, port in found if (source, port) not in anywhere or target not in others}
            | {(source, "anywhere", port) for source, port in anywhere})


def holds(where, traits):
    """A condition of the README's table: alternatives separated by commas; all words of an alternative must apply."""
    return any(all((word[3:] not in traits) if word.startswith("no ") else word in traits for word in re.split(r" \+ ", alternative))
               for alternative in split(where))


def promised_connections(traits, names):
    return {(source, target, port) for sources, targets, port, where in rows("Network policies") if holds(where, traits)
            for source in split(sources) for target in split(targets)
            if source in names and target in names | {"anywhere"}}


def held(things):
    """The files in ConfigMaps, by name and content."""
    return {(name, content) for thing in things if thing["kind"] == "ConfigMap" for name, content in thing["data"].items()}


def mounted(traits):
    """The files that compose mounts; with TLS, some of them from a directory secure beside them."""
    folders = [ROOT / "mosquitto", ROOT / "deploy/influxdb/scripts", ROOT / "deploy/telegraf", ROOT / "grafana/dashboards", ROOT / "grafana/contact",
               *(folder for folder in (ROOT / "grafana/provisioning").iterdir() if folder.is_dir())]
    if "secure" in traits:
        folders += [ROOT / "mosquitto/secure", ROOT / "deploy/influxdb/secure", ROOT / "grafana/secure"]
    return set({file.name: file.read_text() for folder in folders for file in folder.iterdir()
                if file.suffix in (".conf", ".iql", ".sh", ".json", ".yaml") and not re.match(r"kustomization|measure", file.name)
                or file.name == "acl"}.items())


def variables_of_secrets(things):
    """Variables whose value comes from a Secret."""
    return [f"{variable.get('name', 'all')} of {thing['metadata']['name']}" for thing in things if (template := template_of(thing))
            for container in containers_of(template) for variable in container.get("env", []) + container.get("envFrom", [])
            if "secretKeyRef" in variable.get("valueFrom", {}) or "secretRef" in variable]


def references(things):
    """ConfigMaps and Secrets that a pod mounts or reads variables from, and their keys: (namespace, kind, name, key or None)."""
    def of_source(source):
        for kind, field, where in (("ConfigMap", "configMap", "name"), ("Secret", "secret", "secretName")):
            if field in source:
                name = source[field].get(where) or source[field]["name"]
                yield kind, name, None
                for item in source[field].get("items", []):
                    yield kind, name, item["key"]
    for thing in things:
        if not (template := template_of(thing)):
            continue
        found = []
        for volume in template["spec"].get("volumes", []):
            for source in [volume, *volume.get("projected", {}).get("sources", [])]:
                found += of_source(source)
        for container in containers_of(template):
            for variable in container.get("env", []):
                if reference := variable.get("valueFrom", {}).get("secretKeyRef"):
                    found.append(("Secret", reference["name"], reference["key"]))
            for source in container.get("envFrom", []):
                kind, field = ("Secret", "secretRef") if "secretRef" in source else ("ConfigMap", "configMapRef")
                found.append((kind, source[field]["name"], None))
        yield from ((thing["metadata"]["namespace"], *reference) for reference in found)


def files_in(things, template, container):
    """The files that a container gets from mounted ConfigMaps and Secrets: content by path."""
    there = {(thing["kind"], thing["metadata"]["name"]): thing.get("data", {}) for thing in things if thing["kind"] in ("ConfigMap", "Secret")}
    volumes = {volume["name"]: volume for volume in template["spec"]["volumes"]}
    found = {}
    for mount in container["volumeMounts"]:
        volume = volumes.get(mount["name"], {})
        for source in volume.get("projected", {}).get("sources", [volume]):
            for kind, field in (("ConfigMap", "configMap"), ("Secret", "secret")):
                if field in source:
                    data = there.get((kind, source[field].get("secretName") or source[field]["name"]), {})
                    items = source[field].get("items") or [{"key": key, "path": key} for key in data]
                    found |= {f"{mount['mountPath']}/{item['path']}": data.get(item["key"]) for item in items}
    return found


def grafana_problems(things, traits):
    """Whether Grafana gets the contact point of the components, and everything that its files and variables refer to."""
    template = template_of(next(thing for thing in things if thing["kind"] == "StatefulSet" and thing["metadata"]["name"] == "grafana"))
    container = template["spec"]["containers"][0]
    files = files_in(things, template, container)
    provisioning = "/etc/grafana/provisioning/"
    alerting = {path.removeprefix(provisioning + "alerting/"): content for path, content in files.items() if path.startswith(provisioning + "alerting/")}
    chosen = "contact" + "".join(f"-{way}" for way in ("webhook", "email") if {f"alerts-{way}", "alerts-webhook-email"} & traits)
    wanted = {file.name: file.read_text() for file in (ROOT / "grafana/provisioning/alerting").glob("*.yaml")}
    wanted["contact.yaml"] = (ROOT / f"grafana/contact/{chosen}.yaml").read_text()
    yield from (f"Grafana's alerting/{name} is not what it should be" + (f": {chosen}.yaml" if name == "contact.yaml" else "")
                for name in sorted(wanted.keys() | alerting.keys()) if wanted.get(name) != alerting.get(name))
    variables = {variable["name"]: variable.get("value") for variable in container["env"]}
    paths = {path for name, path in variables.items() if name.endswith("__FILE")}
    # Not in rules.yaml, where a dollar sign precedes the names of queries.
    for content in [alerting.get("contact.yaml") or "", *(text for path, text in files.items() if path.startswith(provisioning + "datasources/"))]:
        paths |= set(re.findall(r"\$__file\{(.*?)\}", content))
        yield from (f"a file of Grafana's needs the variable {name}" for name in sorted(set(re.findall(r"\$\{?([A-Z]\w+)", content)))
                    if not {name, f"{name}__FILE"} & variables.keys())
    yield from (f"Grafana has no file {path}" for path in sorted(paths - files.keys()))


def pod_problems(thing, template, traits):
    name, spec = f"{thing['kind']} {thing['metadata']['name']}", template["spec"]
    if spec.get("nodeSelector", {}).get("kubernetes.io/os") != "linux":
        yield f"{name} may be started on a Windows node"
    security = spec["securityContext"]
    if security.get("fsGroupChangePolicy") != "OnRootMismatch":
        yield f"{name} changes the group of all files of its volumes at each start"
    if "openshift" in traits:
        for field in ("runAsUser", "runAsGroup", "fsGroup"):
            if field in security:
                yield f"{name}: OpenShift refuses {field}"
        if any("hostPath" in volume for volume in spec.get("volumes", [])):
            yield f"{name}: OpenShift refuses a mount of the node's files"
    elif not {"runAsUser", "runAsGroup"} <= security.keys():
        yield f"{name} has no fixed user"
    for container in containers_of(template):
        if OUR_IMAGES.match(container["image"]):
            wanted = "IfNotPresent" if "registry" in traits else "Never"
            if container.get("imagePullPolicy") != wanted:
                yield f"{name}: {container['name']} must have imagePullPolicy {wanted}"
            if container["image"].startswith("localhost/") == ("registry" in traits):
                yield f"{name}: {container['name']} has image {container['image']}"
    for constraint in spec.get("topologySpreadConstraints", []):
        if constraint.get("nodeTaintsPolicy") != "Honor":
            yield f"{name} counts nodes whose taints keep it away"


def problems_of_things(things, traits):
    templates = [(thing, template) for thing in things if (template := template_of(thing))]
    for thing in things:
        if thing["kind"] != "Namespace" and thing["metadata"].get("labels", {}).get("app.kubernetes.io/part-of") != "sensorline":
            yield f"{thing['kind']} {thing['metadata']['name']} would never be pruned: it has no label app.kubernetes.io/part-of"
        if thing["kind"] == "PodDisruptionBudget" and thing["spec"].get("unhealthyPodEvictionPolicy") != "AlwaysAllow":
            yield f"budget {thing['metadata']['name']}: pods that are not ready can never be evicted"
        if thing["kind"] == "StatefulSet" and thing["spec"].get("podManagementPolicy") != "Parallel":
            yield f"StatefulSet {thing['metadata']['name']} waits for a broken pod for ever"
        if thing["apiVersion"].split("/")[0] not in PLAIN and not {"kafka-strimzi"} & traits:
            yield f"{thing['kind']} {thing['metadata']['name']} is not known to a plain API server"
    for thing, template in templates:
        yield from pod_problems(thing, template, traits)

    there = {(thing["metadata"]["namespace"], thing["kind"], thing["metadata"]["name"]): thing.get("data", {})
             for thing in things if thing["kind"] in ("ConfigMap", "Secret")}
    for namespace, kind, name, key in sorted(set(references(things)), key=str):
        if name in STRIMZI_SECRETS and "kafka-strimzi" in traits:
            continue
        if (namespace, kind, name) not in there:
            yield f"there is no {kind} {name} in {namespace}"
        elif key and key not in there[namespace, kind, name]:
            yield f"{kind} {name} has no {key}"

    for service in (thing for thing in things if thing["kind"] == "Service"):
        selected = [template for thing, template in templates if thing["metadata"]["namespace"] == service["metadata"]["namespace"]
                    and matches({"matchLabels": service["spec"]["selector"]}, template["metadata"]["labels"])]
        named = {port["name"] for template in selected for container in containers_of(template) for port in container.get("ports", [])}
        if not selected:
            yield f"Service {service['metadata']['name']} selects no pod"
        yield from (f"Service {service['metadata']['name']}: no container has a port {port['targetPort']}"
                    for port in service["spec"].get("ports", []) if port["targetPort"] not in named)

    sensors = next(thing for thing in things if thing["kind"] == "StatefulSet" and thing["metadata"]["name"] == "sensor")
    count = sensors["spec"]["replicas"]
    data = {thing["metadata"]["name"].rsplit("-", 1)[0]: thing.get("data", {}) for thing in things if thing["kind"] in ("ConfigMap", "Secret")}
    wanted = [("sensors", "sensor-%d.properties")] + ([("sensor-keys", "sensor-%d.certificate.pem"), ("sensor-keys", "sensor-%d.key.pem")]
                                                      if "secure" in traits else [])
    for name, form in wanted:
        files = {file for file in data[name] if re.fullmatch(form.replace("%d", r"\d+"), file)}
        if files != {form % ordinal for ordinal in range(count)}:
            yield f"{count} sensors, but {name} has {sorted(files)}"

    for thing, template in templates:
        for container in containers_of(template):
            if container["image"].startswith("telegraf:") and "telegraf" in container["name"] and container.get("args", [])[:2] != ["sh", "/sensorline/run.sh"]:
                yield f"{thing['kind']} {thing['metadata']['name']}: Telegraf must be started by run.sh, which chooses its files"

    store = next(thing for thing in things if thing["kind"] == "StatefulSet" and thing["metadata"]["name"] == "influxdb")
    container = store["spec"]["template"]["spec"]["containers"][0]
    login = ["bash", "/sensorline/healthcheck.sh"]
    if container["command"] != ["bash", "/sensorline/start.sh"]:
        yield "InfluxDB's first start can be interrupted half-way: it must go by start.sh"
    for probe in ("startupProbe", "readinessProbe"):
        if container[probe].get("exec", {}).get("command") != login:
            yield f"InfluxDB's {probe} does not log in"
    if "exec" in container["livenessProbe"]:
        yield "InfluxDB must not be restarted for a wrong password"
    startup = container["startupProbe"]
    if startup["periodSeconds"] * startup["failureThreshold"] < STORE_START_SECONDS:
        yield "InfluxDB has too little time to start"
    broker = next(thing for thing in things if thing["kind"] == "StatefulSet" and thing["metadata"]["name"] == "broker")
    volumes = {volume["name"]: volume for volume in broker["spec"]["template"]["spec"]["volumes"]}
    mounts = {mount["mountPath"]: volumes.get(mount["name"], {}) for mount in broker["spec"]["template"]["spec"]["containers"][0]["volumeMounts"]}
    for path in ["/mosquitto/config"] + (["/run/keys"] if "secure" in traits else []):
        if mounts.get(path, {}).get("emptyDir", {}).get("medium") != "Memory":
            yield f"the broker's {path} must be of its own user and in memory"


# API groups that a plain API server has.
PLAIN = {"v1", "apps", "batch", "policy", "autoscaling", "networking.k8s.io"}


def own(file):
    return [thing for thing in yaml.safe_load_all(pathlib.Path(file).read_text()) if thing["apiVersion"].split("/")[0] in PLAIN]


def main(name, components):
    things = list(yaml.safe_load_all((HERE / f"target/{name}.yaml").read_text()))
    traits = {"all", name, *components} | ({"open"} if "secure" not in components else set())
    names = {thing["metadata"]["name"] for thing in things}
    problems = []
    found, expected = findings(name), accepted(traits, names)
    problems += [f"kube-score: {check} of {of} is not accepted in the README" for check, of in sorted(found - expected)]
    # A row of the README must apply to at least one overlay; a combination may have fewer findings.
    if (HERE / "overlays" / name).is_dir():
        problems += [f"README: kube-score does not find {check} of {of}" for check, of in sorted(expected - found)]
    allowed = connections(things)
    promised = promised_connections(traits, pods_of(things).keys() | OTHERS.keys() | KAFKA.keys())
    problems += [f"{a} may reach {b} on {port}, which the README does not say" for a, b, port in sorted(allowed - promised)]
    problems += [f"{a} may not reach {b} on {port}, as the README says" for a, b, port in sorted(promised - allowed)]
    problems += [f"no ConfigMap holds {file} as it is" for file, _ in sorted(mounted(traits) - held(things))]
    if "secure" in traits:
        problems += [f"a Secret is in the variable {variable}" for variable in variables_of_secrets(things)]
    problems += problems_of_things(things, traits)
    problems += grafana_problems(things, traits)
    for problem in problems:
        print(f"{name}: {problem}", file=sys.stderr)
    print(f"{name}: {len(found)} findings of kube-score, {len(allowed)} connections, {len(mounted(traits))} files; {len(problems)} problems")
    return len(problems) > 0


if __name__ == "__main__":
    if sys.argv[1] == "--own":
        yaml.safe_dump_all(own(sys.argv[2]), sys.stdout)
    else:
        sys.exit(main(sys.argv[1], sys.argv[2:]))
