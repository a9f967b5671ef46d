interface Point {
  readonly x: number
  readonly y: number
}

/** Corners in the order in which one walks around them, whichever order they were stored in. */
export function around(x: readonly number[], y: readonly number[]): readonly Point[] {
  const points = x.flatMap((along, at) => (y[at] === undefined ? [] : [{ x: along, y: y[at] }]))
  const middle = {
    x: points.reduce((sum, point) => sum + point.x, 0) / points.length,
    y: points.reduce((sum, point) => sum + point.y, 0) / points.length,
  }
  const angle = (point: Point) => Math.atan2(point.y - middle.y, point.x - middle.x)
  return points.toSorted((a, b) => angle(a) - angle(b))
}
