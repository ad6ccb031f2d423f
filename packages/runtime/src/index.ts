export { ConfigError } from './config-error.ts';
export { parseConfig, type SettingName, settings } from './config.ts';
export { type HealthServer, openHealthServer, type Readiness } from './health-server.ts';
export { type Logger, openLogger } from './logger.ts';
export { type ProcessContext, runProcess } from './run-process.ts';
export { systemClock } from './system-clock.ts';
export { metricCatalog, type MetricName, Metrics } from './metrics.ts';
