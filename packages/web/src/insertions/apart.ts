import type { Trajectory } from '@alyx/client'

type Place = Pick<Trajectory, 'x' | 'y' | 'z' | 'theta' | 'phi' | 'coordinate_system'>

const RADIANS = Math.PI / 180

/** Direction of a probe as a unit vector, from its angle with the vertical and the way it leans. */
function direction({ theta, phi }: Place): readonly [number, number, number] | undefined {
  if (theta === null || phi === null) return undefined
  const [lean, way] = [theta * RADIANS, phi * RADIANS]
  return [Math.sin(lean) * Math.cos(way), Math.sin(lean) * Math.sin(way), Math.cos(lean)]
}

/** How far the entry points lie apart, in µm, and the angle between the probes, in degrees. */
export function apart(one: Place, other: Place): string {
  const gaps = (['x', 'y', 'z'] as const).map((axis) =>
    one[axis] === null || other[axis] === null ? undefined : one[axis] - other[axis],
  )
  const distance = gaps.includes(undefined) ? undefined : Math.round(Math.hypot(...(gaps as number[])))
  const [a, b] = [direction(one), direction(other)]
  const cosine = a && b ? a.reduce((sum, part, at) => sum + part * b[at]!, 0) : undefined
  const angle = cosine === undefined ? undefined : Math.acos(Math.min(1, Math.max(-1, cosine))) / RADIANS
  const parts = [
    distance !== undefined && `${distance} µm`,
    angle !== undefined && `${angle.toFixed(1)}°`,
    one.coordinate_system !== other.coordinate_system && 'other coordinates',
  ]
  return parts.filter((part) => part !== false).join(', ') || 'not comparable'
}
