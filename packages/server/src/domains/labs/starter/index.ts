export { loadStarterData, type StarterLab, type StarterOptions, type StarterProgress } from './load.ts'
