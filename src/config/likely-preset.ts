import { presetNames, presetOf, type Preset } from "./presets/index.js";

/** What people call an application beside the name of its preset, in names and tags of containers. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  postgresql: ["postgres", "pgsql", "pg"],
  mariadb: ["maria"],
  mongodb: ["mongo"],
  redis: ["valkey"],
  nginx: ["npm"],
  "home-assistant": ["homeassistant", "hass"],
  pihole: ["pi-hole"],
  adguard: ["adguardhome"],
  "docker-host": ["docker"],
  elasticsearch: ["elastic"],
  influxdb: ["influx"],
  rabbitmq: ["rabbit"],
  paperless: ["paperless-ngx"],
  vaultwarden: ["bitwarden"],
  "ci-runner": ["gitlab-runner", "github-runner", "runner"],
  nodejs: ["node"],
  "php-fpm": ["php"],
  "python-web": ["django", "flask", "gunicorn"],
};

/**
 * The preset that a container is probably meant for, by whole words of its tags and then of its name (`db-postgres-2` is
 * `postgresql`); `null` where nothing says so. A guess: for proposals and remarks, never for a decision.
 */
export function likelyPreset(name: string, tags: readonly string[]): Preset | null {
  for (const text of [...tags, name]) {
    const words = `-${text.toLowerCase().replace(/[^a-z0-9]+/gu, "-")}-`;
    let found: string | null = null;
    let length = 0;
    for (const preset of presetNames()) {
      for (const word of [preset, ...(otherNames[preset] ?? [])]) {
        // The longest word says most: `gitlab-runner` is no GitLab.
        if (word.length > length && new RegExp(`-${word}\\d*-`, "u").test(words)) {
          found = preset;
          length = word.length;
        }
      }
    }
    if (found !== null) return presetOf(found);
  }
  return null;
}
