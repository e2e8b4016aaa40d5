import type { Dashboard, Panel } from "@grafana/schema/dist/types/raw/dashboard/x/dashboard_types.gen.d.ts";
import type * as stat from "@grafana/schema/dist/types/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen.d.ts";
import type * as stateTimeline from "@grafana/schema/dist/types/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen.d.ts";
import type * as table from "@grafana/schema/dist/types/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen.d.ts";
import type * as timeSeries from "@grafana/schema/dist/types/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen.d.ts";
import type { Alerting, Dashboards, DataSources } from "./provisioning";

/** The content of a file: a dashboard, whose type does not define its panels' options; these options, by panel type; and the provisioning files. */
export interface Schema {
  dashboard: Dashboard;
  panel: Panel;
  options: {
    stat: stat.Options;
    "state-timeline": stateTimeline.Options;
    table: table.Options;
    timeseries: timeSeries.Options;
  };
  custom: {
    "state-timeline": stateTimeline.FieldConfig;
    timeseries: timeSeries.FieldConfig;
  };
  provisioning: {
    datasources: DataSources;
    dashboards: Dashboards;
    alerting: Alerting;
  };
}
