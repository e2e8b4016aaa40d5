# shellcheck shell=bash disable=SC2034
# Sourced by the scripts that start stacks with docker compose. COMPOSE_PROJECT_NAME and COMPOSE_FILE select the stack.

export COMPOSE_PROGRESS=quiet
failed=0
fail() { printf 'FAILED: %s\n' "$*"; failed=1; }

# Images that cannot be pulled: tags stand-ins with the names in the files.
tag_images() {
  local pair image
  for pair in eclipse-mosquitto:2 influxdb:1.8 telegraf:1.37; do
    image=$(docker compose config --images | grep "^${pair%:*}:" | head -n 1) || continue
    docker image inspect "$image" > /dev/null 2>&1 || docker tag "$pair" "$image"
  done
}

# The services that can run here: Grafana only if its image is available.
startable() {
  local grafana
  grafana=$(docker compose config --images | grep ^grafana/ || true)
  if [ -n "$grafana" ] && ! docker image inspect "$grafana" > /dev/null 2>&1; then
    echo "without Grafana: there is no image $grafana here" >&2
    docker compose config --services | grep -v '^grafana$'
  else
    docker compose config --services
  fi
}

# Every process of every container of the project runs as a non-root user, whatever user the image sets.
check_not_root() {
  local container processes
  for container in $(docker compose ps -q); do
    processes=$(docker top "$container" -eo uid,pid,args | tail -n +2)
    [ -n "$processes" ] || fail "no process in $container"
    ! grep -E '^ *0 ' <<< "$processes" || fail "a process of $(docker inspect -f '{{.Name}}' "$container") is root's"
  done
}

# What Telegraf and Kafka log when the machine is slow.
slow='did not complete within its flush interval|took longer than expected|Exceptionally slow controller event|event queue overloaded'

check_logs() {
  local errors restarts
  errors=$(docker compose logs --no-color 2>&1 | grep -iE 'error|exception|panic|WARN|fail| E! | W! ' \
    | grep -vE "inputs.diskio.*disk name|tcp.Mux.*failed to accept a connection|$slow" || true)
  [ -z "$errors" ] || { printf '%s\n' "$errors" | head -20; fail 'a container has logged an error'; }
  restarts=$(docker compose ps -q | xargs docker inspect -f '{{.RestartCount}} {{.Name}}' | grep -v '^0 ' || true)
  [ -z "$restarts" ] || fail "restarted: $restarts"
}

reaches() { # SERVICE HOST PORT: does a TCP connection come about?
  docker compose exec -T "$1" timeout 3 bash -c "(exec 3<>/dev/tcp/$2/$3)" 2> /dev/null
}

# What the console says, by the function console of the script: its page, six live sensors, their history, what is up, and a stream.
state_of() { # SENSOR
  console "/api/sensors?name=$1" | jq -r --arg name "$1" '.sensors[] | select(.name == $name).state'
}

# The queries look back over two minutes; the dashboards of a day read only the one-minute points of completed minutes.
check_dashboards() { # arguments of grafana/check.py
  local said
  for _ in 1 2 3 4 5 6; do
    if said=$(grafana/check.py "$@"); then
      tail -n 1 <<< "$said"
      return
    fi
    sleep 10
  done
  tail -n 15 <<< "$said"
  fail 'a query of the dashboards'
}

check_console() {
  local names='ACCELFASTSENS2 ACCELSLOWSENS5 CURSENS2 PRSENS5 TEMPLOWFREQSENS2 TEMPSENS2' live='' id file files said
  said=$(console /) || true
  [[ $said == *'<title>'* ]] || fail "the console's page"
  files=$(grep -oE '(src|href)="/?[^":]+\.(js|css|svg)"' <<< "$said" | sed 's/^[a-z]*="\/*//; s/"$//')
  for file in $files; do
    console "/$file" > /dev/null || fail "the console's page refers to $file"
  done
  # Six readings of the slowest sensor, until its period is learnt.
  for _ in $(seq 60); do
    live=$(console '/api/sensors?state=live&sort=name' | jq -r '[.sensors[].name] | join(" ")')
    [ "$live" = "$names" ] && break
    sleep 1
  done
  [ "$live" = "$names" ] || fail "live in the console: $live"
  id=$(console '/api/sensors?name=TEMPSENS2' | jq -r '.sensors[0].id')
  said=$(console "/api/sensors/$id/readings?from=-30m&step=1m") || fail "the console's history"
  jq -e '.source == "influxdb" and (.readings | length) > 0' <<< "$said" > /dev/null || fail "the console's history: ${said:0:300}"
  said=$(console /api/status)
  jq -e '.broker.state == "up" and .store.state == "up" and .ingestors[0].state == "online"' <<< "$said" > /dev/null \
    || fail "the console's status: ${said:0:600}"
  { console /api/stream --no-buffer --max-time 3 || true; } | grep -q '^event: frame' || fail "the console's stream"
  printf 'console: six sensors live, %s\n' "$(docker stats --no-stream --format '{{.MemUsage}}' "$(docker compose ps -q console)")"
}

# No container of the service has a default route, so it reaches neither the internet nor the local network.
check_no_way_out() { # SERVICE...
  local service
  for service; do
    ! docker compose exec -T "$service" cat /proc/net/route | awk '$2 == "00000000"' | grep . || fail "$service has a default route"
  done
}

check_nothing_left() {
  local left
  left=$(docker ps -aq --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME"
    docker volume ls -q --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME"
    docker network ls -q --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME")
  [ -z "$left" ] || fail "left behind: $left"
}
