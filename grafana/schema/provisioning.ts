/**
 * Provisioning files, after Grafana's documentation ("Provision Grafana", "Use configuration files to provision alerting resources") and the
 * types that Grafana reads them with (pkg/services/provisioning): the documented fields of each resource, and of settings that
 * depend on a type those of the types used here. Grafana exits if an alerting file is invalid, and ignores unknown fields.
 */
type Duration = string;

interface File {
  apiVersion: 1;
}

export interface DataSources extends File {
  datasources: {
    orgId?: number;
    name: string;
    uid: string;
    type: "influxdb";
    access: "proxy";
    url: string;
    user: string;
    isDefault?: boolean;
    editable?: boolean;
    jsonData: {
      version: "InfluxQL";
      dbName: string;
      httpMode: "GET" | "POST";
      timeInterval?: Duration;
      tlsAuth?: boolean;
      tlsAuthWithCACert?: boolean;
      tlsSkipVerify?: boolean;
    };
    secureJsonData: { password: string; tlsCACert?: string; tlsClientCert?: string; tlsClientKey?: string };
  }[];
}

export interface Dashboards extends File {
  providers: {
    name: string;
    orgId?: number;
    folder?: string;
    folderUid?: string;
    type: "file";
    disableDeletion?: boolean;
    allowUiUpdates?: boolean;
    updateIntervalSeconds?: number;
    options: { path: string; foldersFromFilesStructure?: boolean };
  }[];
}

interface InfluxQuery {
  refId: string;
  rawQuery: true;
  resultFormat: "time_series";
  query: string;
}

type Expression =
  | { refId: string; type: "reduce"; reducer: "last" | "min" | "max" | "mean" | "sum" | "count"; expression: string }
  | { refId: string; type: "math"; expression: string };

interface Rule {
  uid: string;
  title: string;
  condition: string;
  for: Duration;
  keepFiringFor?: Duration;
  noDataState: "NoData" | "Alerting" | "OK" | "KeepLast";
  execErrState: "Error" | "Alerting" | "OK" | "KeepLast";
  dashboardUid: string;
  panelId: number;
  annotations: { summary: string; description?: string; runbook_url?: string };
  labels: { severity: "warning" | "critical" };
  isPaused?: boolean;
  data: (
    | { refId: string; relativeTimeRange: { from: number; to: number }; datasourceUid: "sensorline-influxdb"; model: InfluxQuery }
    | { refId: string; datasourceUid: "__expr__"; model: Expression }
  )[];
}

type Receiver =
  | {
      uid: string;
      type: "webhook";
      disableResolveMessage?: boolean;
      settings: {
        url: string;
        httpMethod?: "POST" | "PUT";
        username?: string;
        password?: string;
        authorization_scheme?: string;
        authorization_credentials?: string;
        maxAlerts?: string;
      };
    }
  | {
      uid: string;
      type: "email";
      disableResolveMessage?: boolean;
      settings: { addresses: string; singleEmail?: boolean; message?: string; subject?: string };
    };

export interface Alerting extends File {
  groups?: { orgId?: number; name: string; folder: string; interval: Duration; rules: Rule[] }[];
  deleteRules?: { orgId?: number; uid: string }[];
  contactPoints?: { orgId?: number; name: string; receivers: Receiver[] }[];
  deleteContactPoints?: { orgId?: number; uid: string }[];
  policies?: {
    orgId?: number;
    receiver: string;
    group_by?: string[];
    group_wait?: Duration;
    group_interval?: Duration;
    repeat_interval?: Duration;
  }[];
  resetPolicies?: number[];
}
