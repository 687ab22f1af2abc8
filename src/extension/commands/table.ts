import type { Command } from "../app.js";
import type { CommandId } from "../ids.js";
import { checkPrivileges } from "./connection/check-privileges.js";
import { compareCertificate } from "./connection/compare-certificate.js";
import { connect } from "./connection/connect.js";
import { copyGrants } from "./connection/copy-grants.js";
import { disconnect } from "./connection/disconnect.js";
import { enterToken } from "./connection/enter-token.js";
import { tryDemo } from "./connection/try-demo.js";
import { addPolicyForContainer, ignoreContainerInFile } from "./container/edit-file.js";
import { showEffectiveSettings } from "./container/effective-settings.js";
import { rebootContainer } from "./container/reboot.js";
import { migrateContainer } from "./container/migrate.js";
import { revealContainer } from "./container/reveal.js";
import { shutDownContainer } from "./container/shut-down.js";
import { startContainer } from "./container/start.js";
import { stopContainer } from "./container/stop.js";
import { toggleFavourite } from "./container/toggle-favourite.js";
import { whyThisSize } from "./container/why-this-size.js";
import { migrate } from "./file/migrate.js";
import { saveMigrated } from "./file/save-migrated.js";
import { applyChange } from "./plan/apply-change.js";
import { applyChecked } from "./plan/apply-checked.js";
import { dryRun } from "./plan/dry-run.js";
import { newFile } from "./plan/new-file.js";
import { replay, replayTrace } from "./replay/replay.js";
import { groupContainers, sortContainers } from "./view/arrange.js";
import { clearFilter, filterContainers } from "./view/filter-containers.js";
import { forgetSecret } from "./secret/forget-secret.js";
import { keepSecret } from "./secret/keep-secret.js";
import { refresh } from "./view/refresh.js";
import { restartLanguageServer } from "./view/restart-language-server.js";
import { showChart } from "./view/show-chart.js";
import { showLog } from "./view/show-log.js";

/** Every command there is. The compiler holds it against the ids, a test holds the ids against package.json. */
export const commandTable: Readonly<Record<CommandId, Command>> = {
  "lxcAutoscaler.connect": connect,
  "lxcAutoscaler.tryDemo": tryDemo,
  "lxcAutoscaler.disconnect": disconnect,
  "lxcAutoscaler.compareCertificate": compareCertificate,
  "lxcAutoscaler.enterToken": enterToken,
  "lxcAutoscaler.checkPrivileges": checkPrivileges,
  "lxcAutoscaler.copyGrants": copyGrants,
  "lxcAutoscaler.refresh": refresh,
  "lxcAutoscaler.groupContainers": groupContainers,
  "lxcAutoscaler.sortContainers": sortContainers,
  "lxcAutoscaler.filterContainers": filterContainers,
  "lxcAutoscaler.clearFilter": clearFilter,
  "lxcAutoscaler.showLog": showLog,
  "lxcAutoscaler.restartLanguageServer": restartLanguageServer,
  "lxcAutoscaler.toggleFavourite": toggleFavourite,
  "lxcAutoscaler.revealContainer": revealContainer,
  "lxcAutoscaler.startContainer": startContainer,
  "lxcAutoscaler.shutDownContainer": shutDownContainer,
  "lxcAutoscaler.stopContainer": stopContainer,
  "lxcAutoscaler.rebootContainer": rebootContainer,
  "lxcAutoscaler.migrateContainer": migrateContainer,
  "lxcAutoscaler.dryRun": dryRun,
  "lxcAutoscaler.replay": replay,
  "lxcAutoscaler.replayTrace": replayTrace,
  "lxcAutoscaler.applyChecked": applyChecked,
  "lxcAutoscaler.applyChange": applyChange,
  "lxcAutoscaler.newFile": newFile,
  "lxcAutoscaler.showEffectiveSettings": showEffectiveSettings,
  "lxcAutoscaler.whyThisSize": whyThisSize,
  "lxcAutoscaler.showChart": showChart,
  "lxcAutoscaler.addPolicy": addPolicyForContainer,
  "lxcAutoscaler.ignoreContainer": ignoreContainerInFile,
  "lxcAutoscaler.migrate": migrate,
  "lxcAutoscaler.saveMigrated": saveMigrated,
  "lxcAutoscaler.keepSecret": keepSecret,
  "lxcAutoscaler.forgetSecret": forgetSecret,
};
