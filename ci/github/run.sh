#!/usr/bin/env bash
# The step of the GitHub Action (action.yml): runs Assay as the inputs say (GATE_…), and sets the outputs exit-code, result and
# sarif. Annotations and the summary of the step are the program's own (docs/ci.md).
# Ends with the exit code of assay run, or 2 if the inputs are wrong.
set -uo pipefail

fail() {
    printf '::error title=Assay::%s\n' "$*"
    exit 2
}

# lines TEXT: its lines without those that are empty, as an array `said`.
lines() {
    local line
    said=()
    while IFS= read -r line; do
        [[ -z $line ]] || said+=("$line")
    done <<<"$1"
}

# in_repository FILE: its path from the top of the repository, as code scanning has it.
in_repository() { realpath --relative-to="$GITHUB_WORKSPACE" "$1"; }

arguments=(run --out "$GATE_OUT" --format 'json,junit,html,sarif' --fail-on "$GATE_FAIL_ON")
lines "$GATE_CLIENT"
clients=("${said[@]}")
[[ -n $GATE_SERVER || ${#clients[@]} -gt 0 ]] || fail 'The input client or server says what to check.'
[[ -z $GATE_SERVER || ${#clients[@]} -eq 0 ]] || fail 'One of the inputs client and server, not both.'
for client in "${clients[@]}"; do arguments+=(--client "$client"); done
[[ -z $GATE_SERVER ]] || arguments+=(--server "$GATE_SERVER")
[[ -z $GATE_PROFILE ]] || arguments+=(--profile "$GATE_PROFILE")
[[ -z $GATE_SELECT ]] || arguments+=(--select "$GATE_SELECT")
[[ -z $GATE_CHECKS ]] || arguments+=(--checks "$GATE_CHECKS")
[[ -z $GATE_BASELINE ]] || arguments+=(--baseline "$GATE_BASELINE")

location=$GATE_LOCATION
if [[ -z $location && ${#clients[@]} -eq 1 && -f ${clients[0]}/client.yaml ]]; then
    location=$(in_repository "${clients[0]}/client.yaml")
elif [[ -z $location && -f $GATE_SERVER ]]; then
    location=$(in_repository "$GATE_SERVER")
fi
[[ -z $location ]] || arguments+=(--sarif-location "$location")
lines "$GATE_ARGUMENTS"
arguments+=("${said[@]}")

program=("$GATE_ASSAY")
if [[ -n $GATE_IMAGE ]]; then
    [[ -n $GATE_SERVER ]] || fail 'An image can check a server; a client needs the program here (the input assay).'
    # The server may be on this machine, and reports belong to this user.
    program=(docker run --rm --network host --user "$(id -u):$(id -g)" --workdir "$PWD"
        --volume "$GITHUB_WORKSPACE:$GITHUB_WORKSPACE" --env GITHUB_ACTIONS
        --volume "$GITHUB_STEP_SUMMARY:$GITHUB_STEP_SUMMARY" --env GITHUB_STEP_SUMMARY)
    lines "$GATE_PASS_ENV"
    for name in "${said[@]}"; do program+=(--env "$name"); done
    program+=("$GATE_IMAGE")
elif ! command -v "$GATE_ASSAY" >/dev/null; then
    fail "There is no program $GATE_ASSAY; the input assay names it."
fi

rm -f "$GATE_OUT/result.json" "$GATE_OUT/result.sarif"
"${program[@]}" "${arguments[@]}"
code=$?
{
    printf 'exit-code=%d\n' "$code"
    [[ ! -f $GATE_OUT/result.json ]] || printf 'result=%s\n' "$GATE_OUT/result.json"
    [[ ! -f $GATE_OUT/result.sarif ]] || printf 'sarif=%s\n' "$GATE_OUT/result.sarif"
} >>"$GITHUB_OUTPUT"
exit "$code"
