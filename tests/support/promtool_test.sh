#!/usr/bin/env bash
# promtool_test.sh FOLDER: tests that promtool accepts the configuration and the rules for Prometheus, and that the
# alerts fire when they should and only then. Exit 77 (skipped) where promtool is not installed.
set -euo pipefail
folder=$1

command -v promtool >/dev/null || {
  echo "skipped: promtool is not installed (Debian: package prometheus; ./test.sh --metrics installs it)"
  exit 77
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

promtool check config "$folder/prometheus.yml"
promtool check rules "$folder/voiced.rules.yml"

cp "$folder/voiced.rules.yml" "$scratch/"
cat >"$scratch/trial.yml" <<'END'
rule_files: [voiced.rules.yml]
evaluation_interval: 15s
tests:
  # All is well, then voiced is down.
  - interval: 15s
    input_series:
      - {series: 'up{job="voiced", instance="a"}', values: '1x40 0x40'}
      - {series: 'voiced_ticks_total{instance="a"}', values: '0+750x80'}
      - {series: 'voiced_late_ticks_total{instance="a"}', values: '0+1x80'}
      - {series: 'voiced_skipped_ticks_total{instance="a"}', values: '0x80'}
      - {series: 'voiced_load_ratio{instance="a"}', values: '0.3x80'}
      - {series: 'voiced_load_limit_ratio{instance="a"}', values: '0.9x80'}
      - {series: 'voiced_participants{instance="a"}', values: '9x80'}
      - {series: 'voiced_participants_limit{instance="a"}', values: '10x80'}
      - {series: 'voiced_jitter_underruns_total{instance="a"}', values: '0+1x80'}
      - {series: 'voiced_talkers{instance="a"}', values: '4x80'}
    promql_expr_test:
      - {expr: 'ALERTS{alertstate="firing"}', eval_time: 9m}
    alert_rule_test:
      - eval_time: 15m
        alertname: VoicedDown
        exp_alerts:
          - exp_labels: {severity: critical, job: voiced, instance: a}
            exp_annotations:
              summary: "voiced at a does not answer"
              description: "It has exited, is suspended, or its mixer hangs (systemd's watchdog then restarts it)."
  # A machine that gives voiced too little processor time.
  - interval: 15s
    input_series:
      - {series: 'voiced_ticks_total{instance="b"}', values: '0+750x80'}
      - {series: 'voiced_late_ticks_total{instance="b"}', values: '0+75x80'}
      - {series: 'voiced_skipped_ticks_total{instance="b"}', values: '0x40 20x40'}
      - {series: 'voiced_load_ratio{instance="b"}', values: '0.85x80'}
      - {series: 'voiced_load_limit_ratio{instance="b"}', values: '0.9x80'}
      - {series: 'voiced_participants{instance="b"}', values: '10x80'}
      - {series: 'voiced_participants_limit{instance="b"}', values: '10x80'}
      - {series: 'voiced_jitter_underruns_total{instance="b"}', values: '0+15x80'}
      - {series: 'voiced_talkers{instance="b"}', values: '4x80'}
    promql_expr_test:
      - expr: 'count by (alertname) (ALERTS{alertstate="firing"})'
        eval_time: 12m
        exp_samples:
          - {labels: '{alertname="VoicedTicksLate"}', value: 1}
          - {labels: '{alertname="VoicedTicksSkipped"}', value: 1}
          - {labels: '{alertname="VoicedBusy"}', value: 1}
          - {labels: '{alertname="VoicedFull"}', value: 1}
          - {labels: '{alertname="VoicedGaps"}', value: 1}
END
(cd "$scratch" && promtool test rules trial.yml)
