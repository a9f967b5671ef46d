/**
 * Tasks that workers of Celery run, on machines that a broker of RabbitMQ reaches. PostgreSQL stays the only truth: the
 * broker carries messages, and everything works without it. Whoever runs the executor imports `executor.ts`, which loads
 * the library that speaks to the broker; everybody else asks the database.
 */
export { type BrokerView, brokerView } from './broker-state.ts'
export { type Launched, launchSteps } from './launch.ts'
export { askForDiscovery, listCeleryWorkers, listSteps, type StepView } from './pipelines.ts'
export { noteWorkerRecord } from './worker-record.ts'
