import type { AutoscalerConfig, EffectiveSettings, Forecast, ResourceSettings } from "../config/index.js";

/** The longest time that any of a container's settings looks back, in seconds. */
export function lookBackSeconds(config: AutoscalerConfig, settings: EffectiveSettings): number {
  return Math.max(
    0,
    ...[settings.cpu, settings.memory].flatMap((resource) =>
      resource === null ? [] : resourceSeconds(resource, config.intervalSeconds),
    ),
    ...settings.disks.flatMap(({ up, forecast }) => [up?.forSeconds ?? 0, forecastSeconds(forecast)]),
  );
}

function resourceSeconds(settings: ResourceSettings, intervalSeconds: number): number {
  const { strategy, boost, estimate, stabilisation, forecast } = settings;
  const strategySeconds = ((): number => {
    switch (strategy?.kind) {
      case "thresholds":
        return Math.max(strategy.up?.forSeconds ?? 0, strategy.down?.forSeconds ?? 0);
      case "percentile":
        return strategy.overSeconds;
      case "target":
        return estimate.of === "last" && !estimate.ignoreSpikes ? 0 : estimate.overSeconds;
      case "fixed":
      case undefined:
        return 0;
    }
  })();
  // The size that is wanted is worked out for each moment of the window, from what was known at that moment.
  const stabilised = Math.max(stabilisation.upSeconds, stabilisation.downSeconds);
  return Math.max(
    strategySeconds + stabilised,
    forecastSeconds(forecast),
    boost === null ? 0 : boost.samples * intervalSeconds,
  );
}

function forecastSeconds(forecast: Forecast | null): number {
  return forecast === null ? 0 : forecast.overSeconds;
}
