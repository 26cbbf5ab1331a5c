{{- define "assay.name" -}}
{{- $name := contains .Chart.Name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name .Chart.Name) }}
{{- $name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "assay.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "assay.labels" -}}
{{ include "assay.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "assay.publicUrl" -}}
{{- .Values.publicUrl | default (printf "http://%s.%s.svc:%v" (include "assay.name" .) .Release.Namespace .Values.service.port) }}
{{- end }}

{{- /* The serve file: the values, and what the chart itself decides, which the values cannot have (values.schema.json). */}}
{{- define "assay.serve" -}}
{{- $own := dict "address" "0.0.0.0" "port" 8080 "expose" true "public_url" (include "assay.publicUrl" .) }}
{{- if .Values.control.enabled }}
{{- $_ := set $own "control" .Values.control.port }}
{{- if .Values.control.expose }}
{{- $_ := set $own "control_address" "0.0.0.0" }}
{{- $_ := set $own "expose_control" true }}
{{- end }}
{{- end }}
{{- toYaml (merge $own .Values.serve) }}
{{- end }}
