export { AFTER_SURGERY_DAYS, type RoundAnimal, roundAnimals, waterIfWeighed, watersToday } from './animals.ts'
export { type Entry, type Judgement, judgeEntries } from './entries.ts'
export type { WaterToday } from './water-today.ts'
