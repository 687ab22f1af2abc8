import { planDocument } from "../../engine/index.js";
import { loadConfiguration } from "../configuration.js";
import { exitCodes, type ExitCode } from "../failure.js";
import type { CommandContext } from "../context.js";
import { dryRunOf, tellPauses, tellProblems } from "../planning.js";
import { openSession } from "../session.js";
import { planMarkdown } from "../text/plan-markdown.js";
import { groupsSentence, planText } from "../text/plan.js";

/** `plan <file>`: one observation and what would change. Nothing is written, on either side. */
export async function plan(context: CommandContext, file: string): Promise<ExitCode> {
  const { output, options } = context;
  const config = await loadConfiguration(context, file);
  await using session = await openSession(context, config);
  const dry = await dryRunOf(context, session, config);
  await tellProblems(context, dry.inventory);
  await tellPauses(context, session, dry.inventory, dry.clock());
  const groups = config.groups.map(({ name }) => name);
  switch (options.format) {
    case "json":
      await output.printJson(planDocument(dry.plan));
      if (groups.length > 0) await output.note(`Note: ${groupsSentence(groups)}`);
      break;
    case "markdown":
      await output.print(planMarkdown(dry.plan, dry.where, groups));
      break;
    case "text":
      await output.print(
        planText(dry.plan, {
          paint: output.paint,
          width: output.width,
          verbose: output.options.verbose,
          where: dry.where,
          groups,
        }),
      );
  }
  return exitCodes.done;
}
