#!/usr/bin/env python3
"""Runs the pods of an overlay on Docker, without a cluster: each container with the manifest's command, user, groups, read-only root,
variables and mounts (ConfigMaps as symbolic links like the kubelet's; volumes with fsGroup; subPaths), behind the names of its Services.
Runs their probes, and checks that readings arrive over all paths, that late ones are added to the one-minute points, that a backup can
be restored, that a member can leave, and what a sensor without settings does. Does not test what needs nodes, a scheduler or network
policies. Needs root, Docker with the images, and kubectl."""
import argparse, base64, contextlib, json, os, pathlib, re, shutil, signal, subprocess, sys, tempfile, time, urllib.error, urllib.request

import yaml

HERE = pathlib.Path(__file__).resolve().parent
SENSORS = {"TEMPSENS2", "TEMPLOWFREQSENS2", "PRSENS5", "CURSENS2", "ACCELSLOWSENS5", "ACCELFASTSENS2"}
UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30}
failed = False


def docker(*arguments, **options):
    options = {"check": True, "capture_output": True, "text": True} | options
    try:
        return subprocess.run(["docker", *map(str, arguments)], **options).stdout
    except subprocess.CalledProcessError as error:
        raise RuntimeError(f"docker {' '.join(map(str, arguments))}: {error.stdout}{error.stderr}") from None


def check(what, holds, detail=""):
    global failed
    failed |= not holds
    print(f"{'ok    ' if holds else 'FAILED'}  {what}{'' if holds else f': {detail}'}", flush=True)


patience = 1


def eventually(holds, seconds):
    deadline = time.monotonic() + seconds * patience
    while not (answer := holds()) and time.monotonic() < deadline:
        time.sleep(0.5)
    return answer


class Cluster(contextlib.ExitStack):
    """The objects of an overlay, and the pods that run."""

    def __init__(self, overlay, images=None):
        super().__init__()
        rendered = subprocess.run(["kubectl", "kustomize", overlay], check=True, capture_output=True, text=True).stdout
        # Other images need more memory than native ones.
        self.memory = 6 if images else 1
        if images:
            rendered = re.sub(r"localhost/sensorline/(\w+):native", lambda match: images.replace("{}", match.group(1)), rendered)
        self.things = [thing for thing in yaml.safe_load_all(rendered) if thing["metadata"].get("namespace") == "sensorline"]
        # Containers of any user may enter it.
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="sensorline-pods-"))
        self.directory.chmod(0o755)
        self.callback(shutil.rmtree, self.directory, True)
        self.network = docker("network", "create", self.directory.name).strip()
        self.callback(docker, "network", "rm", self.network, check=False)

    def get(self, kind, name):
        return next(thing for thing in self.things if (thing["kind"], thing["metadata"]["name"]) == (kind, name))

    def has(self, kind, name):
        return any((thing["kind"], thing["metadata"]["name"]) == (kind, name) for thing in self.things)

    def replicas(self, name):
        if self.has("HorizontalPodAutoscaler", name):
            return self.get("HorizontalPodAutoscaler", name)["spec"]["minReplicas"]
        return self.get("StatefulSet", name)["spec"].get("replicas", 1)

    def names_of(self, labels):
        """The names of Services that lead to a pod, with the ports as they are in the container."""
        for service in (thing for thing in self.things if thing["kind"] == "Service"):
            if service["spec"]["selector"].items() <= labels.items():
                yield service["metadata"]["name"]


class Pod:

    def __init__(self, cluster, name, template, claims=(), labels=None):
        self.cluster, self.name, self.spec = cluster, name, template["spec"]
        self.labels = template["metadata"]["labels"] | (labels or {})
        self.security = self.spec["securityContext"]
        self.directory = cluster.directory / name
        self.claims = [claim["metadata"]["name"] for claim in claims]
        self.containers = {}

    def start(self):
        """Returns when its containers run, or with a problem if an init container has exited with a code other than 0."""
        self.directory.mkdir(exist_ok=True)
        aliases = [option for name in self.cluster.names_of(self.labels) for option in ("--network-alias", name)]
        image = self.spec["containers"][0]["image"]
        # This container only provides the network, which the containers of a pod share.
        self.sandbox = docker("run", "-d", "--network", self.cluster.network, *aliases, "--entrypoint", "tail", image, "-f", "/dev/null").strip()
        self.cluster.callback(docker, "rm", "-f", self.sandbox, check=False)
        for container in self.spec.get("initContainers", []):
            identity = self.run(container)
            if container.get("restartPolicy") == "Always":
                if not eventually(lambda: self.answers(container["name"], container["startupProbe"]), 60):
                    raise RuntimeError(f"{self.name}: {container['name']} does not start: {self.log(container['name'])}")
            elif code := int(docker("wait", identity)):
                raise RuntimeError(f"{self.name}: {container['name']} ended with {code}: {self.log(container['name'])}")
        for container in self.spec["containers"]:
            self.run(container)
        return self

    def run(self, container):
        resources, security = container["resources"]["limits"], container["securityContext"]
        memory = int(resources["memory"][:-2]) * UNITS[resources["memory"][-2:]] * self.cluster.memory
        options = ["--network", f"container:{self.sandbox}", "--memory", memory,
                   "--user", f"{self.security.get('runAsUser', 4711)}:{self.security.get('runAsGroup', 0)}"]
        if "fsGroup" in self.security:
            options += ["--group-add", self.security["fsGroup"]]
        if security["readOnlyRootFilesystem"]:
            options += ["--read-only"]
        if not security["allowPrivilegeEscalation"]:
            options += ["--security-opt", "no-new-privileges:true"]
        options += [option for capability in security["capabilities"]["drop"] for option in ("--cap-drop", capability)]
        variables = self.variables(container)
        # Not as arguments, which other users could see.
        options += [option for name in variables for option in ("--env", name)]
        for mount in container.get("volumeMounts", []):
            path = self.volume(mount["name"])
            if sub := mount.get("subPath") or expanded(mount.get("subPathExpr", ""), variables):
                path = path / sub
                # The kubelet does the same.
                path.mkdir(exist_ok=True) if not path.exists() else None
            options += ["--volume", f"{path.resolve()}:{mount['mountPath']}{':ro' if mount.get('readOnly') else ''}"]
        command = [expanded(word, variables) for word in container.get("command", [])]
        arguments = [expanded(word, variables) for word in container.get("args", [])]
        entry = ["--entrypoint", command[0]] if command else []
        identity = docker("run", "-d", *options, *entry, container["image"], *command[1:], *arguments, env=os.environ | variables).strip()
        self.cluster.callback(docker, "rm", "-f", "-v", identity, check=False)
        self.containers[container["name"]] = identity
        return identity

    def variables(self, container):
        found = {}
        for source in container.get("envFrom", []):
            found |= (self.secret(source["secretRef"]["name"]) if "secretRef" in source
                      else self.cluster.get("ConfigMap", source["configMapRef"]["name"])["data"])
        for variable in container.get("env", []):
            source = variable.get("valueFrom", {})
            if path := source.get("fieldRef", {}).get("fieldPath"):
                label = re.fullmatch(r"metadata\.labels\['(.*)'\]", path)
                found[variable["name"]] = self.labels[label.group(1)] if label else {"metadata.name": self.name}[path]
            elif reference := source.get("secretKeyRef"):
                found[variable["name"]] = self.secret(reference["name"])[reference["key"]]
            else:
                found[variable["name"]] = expanded(str(variable.get("value", "")), found)
        return found

    def secret(self, name):
        return {key: base64.b64decode(value).decode() for key, value in self.cluster.get("Secret", name)["data"].items()}

    def files(self, source):
        """The content that a volume's source provides, by path."""
        if secret := source.get("secret"):
            source, files = secret, self.secret(secret.get("secretName") or secret["name"])
        else:
            source = source["configMap"]
            files = self.cluster.get("ConfigMap", source["name"])["data"]
        return {item["path"]: files[item["key"]] for item in source["items"]} if "items" in source else files

    def volume(self, name):
        """A directory with the owners and modes that the kubelet sets."""
        path, group = self.directory / name, self.security.get("fsGroup", 0)
        volume = next((volume for volume in self.spec.get("volumes", []) if volume["name"] == name), {})
        if path.exists():
            return path
        path.mkdir()
        if name in self.claims or "emptyDir" in volume:
            if name in self.claims:
                (path / "lost+found").mkdir(0o700)
            for place in (path, *path.iterdir()):
                os.chown(place, 0, group)
                place.chmod(0o2777 if "emptyDir" in volume else 0o2770)
            return path
        files = {}
        for source in volume["projected"]["sources"] if "projected" in volume else [volume]:
            files |= self.files(source)
        mode = next(volume[kind] for kind in ("projected", "secret", "configMap") if kind in volume).get("defaultMode", 0o644)
        (path / "..version").mkdir()
        (path / "..data").symlink_to("..version")
        for file, content in files.items():
            (path / "..version" / file).write_text(content)
            os.chown(path / "..version" / file, 0, group)
            (path / "..version" / file).chmod(mode)
            (path / file).symlink_to(f"..data/{file}")
        return path

    def answers(self, name, probe):
        """Whether a probe of a container succeeds."""
        timeout = probe.get("timeoutSeconds", 1)
        if "exec" in probe:
            with contextlib.suppress(subprocess.TimeoutExpired, RuntimeError):
                docker("exec", self.containers[name], *probe["exec"]["command"], timeout=(timeout + 1) * patience)
                return True
            return False
        container = next(container for container in self.spec.get("initContainers", []) + self.spec["containers"] if container["name"] == name)
        way = probe.get("httpGet") or probe["tcpSocket"]
        port = next((port["containerPort"] for port in container.get("ports", []) if port["name"] == way["port"]), way["port"])
        address = next(iter(json.loads(docker("inspect", self.sandbox))[0]["NetworkSettings"]["Networks"].values()))["IPAddress"]
        if "httpGet" in probe:
            # The kubelet does not verify certificates either.
            scheme = way.get("scheme", "HTTP").lower()
            return subprocess.run(["curl", "-skf", "--noproxy", "*", "--max-time", str(timeout), "-o", os.devnull,
                                   f"{scheme}://{address}:{port}{way['path']}"]).returncode == 0
        return subprocess.run(["bash", "-c", f"exec 3<> /dev/tcp/{address}/{port}"], stderr=subprocess.DEVNULL).returncode == 0

    def ready(self):
        """The name of a container and of its failing probe, or None."""
        for container in self.spec["containers"]:
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                if probe in container and not self.answers(container["name"], container[probe]):
                    return f"{container['name']}'s {probe}"
            if not self.running(container["name"]):
                return f"{container['name']} has ended"
        return None

    def running(self, name):
        return json.loads(docker("inspect", self.containers[name]))[0]["State"]["Running"]

    def log(self, name):
        log = subprocess.run(["docker", "logs", "--tail", "20", self.containers[name]], capture_output=True, text=True)
        return log.stdout + log.stderr

    def stop(self):
        for identity in reversed(self.containers.values()):
            docker("stop", "--time", self.spec.get("terminationGracePeriodSeconds", 30), identity)


def expanded(text, variables):
    return re.sub(r"\$\((\w+)\)", lambda match: variables.get(match.group(1), match.group(0)), text)


def of_stateful_set(cluster, name, ordinal):
    spec = cluster.get("StatefulSet", name)["spec"]
    return Pod(cluster, f"{name}-{ordinal}", spec["template"], spec.get("volumeClaimTemplates", ()), {"apps.kubernetes.io/pod-index": str(ordinal)})


def of_cron_job(cluster, name, job):
    template = cluster.get("CronJob", name)["spec"]["jobTemplate"]["spec"]["template"]
    return Pod(cluster, job, template, labels={"batch.kubernetes.io/job-name": job})


def ended_well(pod, name, seconds=120):
    """The log of a Job's container that exits with 0 in time; otherwise prints a problem and returns None."""
    if not eventually(lambda: not pod.running(name), seconds):
        print(f"{pod.name} has not ended: {pod.log(name)}")
        return None
    code = json.loads(docker("inspect", pod.containers[name]))[0]["State"]["ExitCode"]
    if code:
        print(f"{pod.name} ended with {code}: {pod.log(name)}")
    return None if code else pod.log(name)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("overlay", type=pathlib.Path)
    parser.add_argument("--images", metavar="NAME", help="of ours instead of localhost/sensorline/{}:native")
    parser.add_argument("--patience", type=int, default=1, help="so many times longer than usual, on a machine with much to do")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    global patience
    patience = options.patience
    for make in HERE / "make-passwords", HERE.parent / "secure/make-keys":
        subprocess.run([make], check=True, stdout=subprocess.DEVNULL)
    with Cluster(options.overlay, options.images) as cluster:
        pods = {}
        # Pods that others wait for start last, because Kubernetes guarantees no order.
        for name in "sensor", "telegraf", "ingestor", "console", "grafana", "influxdb", "broker":
            image = cluster.get("StatefulSet", name)["spec"]["template"]["spec"]["containers"][0]["image"]
            if subprocess.run(["docker", "image", "inspect", image], capture_output=True).returncode:
                print(f"without {name}: there is no image {image} here")
                continue
            for ordinal in range(cluster.replicas(name)):
                pods[f"{name}-{ordinal}"] = of_stateful_set(cluster, name, ordinal).start()
        for pod in pods.values():
            why = [None]
            ready = eventually(lambda: not why.__setitem__(0, pod.ready()) and why[0] is None, 120)
            logs = "" if ready else "".join(pod.log(name) for name in pod.containers)
            check(f"{pod.name} is ready and alive", ready, f"{why[0]}\n{logs}")
        store = pods["influxdb-0"].containers["influxdb"]

        def ask(query, attempts=5):
            try:
                answer = docker("exec", store, "bash", "-c", '. /sensorline/common.sh && read_passwords "$admin" && ask "$0"', query)
            except RuntimeError:
                # The container is too slow for the script's time limit.
                if attempts == 1:
                    raise
                time.sleep(2)
                return ask(query, attempts - 1)
            return json.loads(answer)["results"][0].get("series", [])

        def counts(measurement):
            return {series["tags"]["name"]: series["values"][0][1] for series in ask(f"SELECT count(value) FROM {measurement} GROUP BY \"name\"")}

        for measurement, way in ("sensor", "the ingestors"), ("sensor_telegraf", "Telegraf"):
            found = eventually(lambda: (now := counts(measurement)).keys() == SENSORS and min(now.values()) >= 3 and now, 60)
            check(f"readings of all sensors come by {way}", found, counts(measurement))
        members = cluster.replicas("ingestor")
        asked = eventually(lambda: len(ask("SELECT last(sensorline_readings_received_total) FROM ingestor GROUP BY address")) == members, 40)
        check(f"Telegraf asks {members} ingestors", asked, ask("SHOW TAG VALUES FROM ingestor WITH KEY = address"))

        # An hour of readings that arrive two hours late.
        late = int(time.time()) // 3600 * 3600 - 7200
        lines = "\n".join(f"sensor,name=LATE value=1 {late + second}000000000" for second in range(0, 3600, 10))
        docker("exec", "-i", store, "bash", "-c", """. /sensorline/common.sh && read_passwords "$admin"
            curl -sf -K <(options "$admin" "${passwords[$admin]}") "$url/write?db=sensors" --data-binary @-""", input=lines)
        job = of_cron_job(cluster, "minutes", "minutes-now").start()
        check("the job for late readings ends well", ended_well(job, "minutes") is not None)
        minutes = ask("SELECT sum(\"count\") FROM minutes.sensor WHERE \"name\" = 'LATE'")
        check("late readings are in the one-minute points", minutes and minutes[0]["values"][0][1] == 360, minutes)

        backup = cluster.directory / "backup.tar"
        with backup.open("wb") as file:
            subprocess.run(["docker", "exec", store, "bash", "/sensorline/backup.sh"], check=True, stdout=file, stderr=subprocess.DEVNULL)
        ask("DROP SERIES FROM sensor WHERE \"name\" = 'LATE'")
        check("a series can be dropped", "LATE" not in counts("sensor"))
        with backup.open("rb") as file:
            restored = subprocess.run(["docker", "exec", "-i", store, "bash", "/sensorline/restore.sh"], stdin=file, capture_output=True, text=True)
        check("a backup is restored", restored.returncode == 0 and counts("sensor").get("LATE") == 360, restored.stderr)

        if cluster.has("CronJob", "ingestor-leave"):
            last = f"ingestor-{members - 1}"
            pods.pop(last).stop()
            job = of_cron_job(cluster, "ingestor-leave", last)
            job.start()
            log = ended_well(job, "drained")
            check(f"{last} leaves", log is not None and "has left" in job.log("unsubscribe"), job.log("unsubscribe"))
            job.stop()

        one_more = of_stateful_set(cluster, "sensor", len(SENSORS)).start()
        ended = eventually(lambda: not one_more.running("simulator"), 20)
        log = one_more.log("simulator").strip()
        check("a sensor without settings ends with one line", ended and log.startswith("/config/application.properties: is a directory")
              or ended and log.startswith("config/application.properties: is a directory"), log)

        # Starts the same containers again: their data and names are still there.
        for name in "broker-0", "influxdb-0":
            pods[name].stop()
            for identity in pods[name].containers.values():
                docker("start", identity)
        for name in "broker-0", "influxdb-0":
            check(f"{name} starts again on its volume", eventually(lambda: pods[name].ready() is None, 60), pods[name].ready())
        before = counts("sensor")["TEMPSENS2"]
        logs = lambda: "".join(pods[name].log(container) for name in ("sensor-0", "broker-0", "ingestor-0", "influxdb-0") for container in pods[name].containers)
        check("and readings go on", eventually(lambda: counts("sensor")["TEMPSENS2"] > before, 60), logs())
    sys.exit(failed)


if __name__ == "__main__":
    main()
