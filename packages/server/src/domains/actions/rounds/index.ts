export { type RoundAnimal, roundAnimals, waterIfWeighed, watersToday } from './animals.ts'
export { type Entry, type Judgement, judgeEntries } from './entries.ts'
