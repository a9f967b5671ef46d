/** How the sites of a probe are drawn: stretches of one region from tip to surface, and labels that do not cover each other. */
import type { ChannelPlace, ChannelRegion } from '@alyx/client'

/** Sites beside each other along the probe that lie in one region; micrometres from the tip. */
export interface Stretch {
  readonly region: ChannelRegion | null
  readonly from: number
  readonly to: number
  readonly channels: number
}

interface Row {
  readonly axial: number
  readonly region: ChannelRegion | null
  readonly channels: number
}

/** Sites of one height, with the region that most of them lie in. */
function rowsOf(channels: readonly ChannelPlace[]): readonly Row[] {
  const placed = channels.filter(({ axial }) => axial !== null)
  const byHeight = Map.groupBy(placed, ({ axial }) => axial!)
  return [...byHeight]
    .map(([axial, ones]) => {
      const byRegion = [...Map.groupBy(ones, ({ region }) => region?.id)]
      const [, most] = byRegion.reduce((best, next) => (next[1].length > best[1].length ? next : best))
      return { axial, region: most[0]!.region, channels: ones.length }
    })
    .toSorted((a, b) => a.axial - b.axial)
}

/** Stretches from the tip up. Where a region ends lies halfway between its last sites and the first of the next. */
export function stretchesOf(channels: readonly ChannelPlace[]): readonly Stretch[] {
  const rows = rowsOf(channels)
  const stretches: Stretch[] = []
  for (const [at, { axial, region, channels: count }] of rows.entries()) {
    const before = rows[at - 1]
    const after = rows[at + 1]
    const from = before ? (before.axial + axial) / 2 : axial
    const to = after ? (after.axial + axial) / 2 : axial
    const last = stretches.at(-1)
    if (last && last.region?.id === region?.id)
      stretches[stretches.length - 1] = { ...last, to, channels: last.channels + count }
    else stretches.push({ region, from, to, channels: count })
  }
  return stretches
}

/**
 * Places for labels that want to stand at `wanted`, at least `apart` from each other and within `[least, most]`, in the
 * same order and near to what they want. When there is not enough room they stand evenly.
 */
export function spread(wanted: readonly number[], apart: number, least: number, most: number): readonly number[] {
  if (wanted.length === 0) return []
  const room = (most - least) / Math.max(1, wanted.length - 1)
  const gap = Math.min(apart, wanted.length > 1 ? room : apart)
  const order = wanted.map((_, at) => at).toSorted((a, b) => wanted[a]! - wanted[b]!)
  const places = order.map((at) => wanted[at]!)
  for (let at = 0; at < places.length; at += 1)
    places[at] = Math.max(places[at]!, at === 0 ? least : places[at - 1]! + gap)
  for (let at = places.length - 1; at >= 0; at -= 1)
    places[at] = Math.min(places[at]!, at === places.length - 1 ? most : places[at + 1]! - gap)
  const found: number[] = []
  for (const [at, index] of order.entries()) found[index] = places[at]!
  return found
}

const STEPS = [100, 200, 250, 500, 1000, 2000]
const MOST_TICKS = 9

/** Round numbers of micrometres for the axis, from 0. */
export function ticksOf(most: number): readonly number[] {
  const step = STEPS.find((one) => most / one <= MOST_TICKS) ?? Math.ceil(most / MOST_TICKS / 1000) * 1000
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, at) => at * step)
}

/** The site that is nearest to a place along and across the probe. */
export function nearest(
  channels: readonly ChannelPlace[],
  axial: number,
  lateral: number | undefined,
): ChannelPlace | undefined {
  let best: ChannelPlace | undefined
  let least = Number.POSITIVE_INFINITY
  for (const channel of channels) {
    if (channel.axial === null) continue
    const across = lateral === undefined || channel.lateral === null ? 0 : channel.lateral - lateral
    const distance = Math.hypot(channel.axial - axial, across)
    if (distance < least) [best, least] = [channel, distance]
  }
  return best
}
