/**
 * The first time after a moment at which an expression is due, on the clock of a zone. A time of day that a clock leaves
 * out in spring is due as soon as the clock has gone on; one that it shows twice in autumn is due once.
 *
 * @returns undefined when there is none any more
 * @throws Error, TypeError or RangeError when the expression or the zone cannot be read
 */
export async function nextTime(cron: string, zone: string, after: Date): Promise<Date | undefined> {
  // Loaded when a schedule is looked at: an idle server has it, a command for other things has not.
  const { Cron } = await import('croner')
  return new Cron(cron, { timezone: zone, paused: true, mode: '5-part' }).nextRun(after) ?? undefined
}
