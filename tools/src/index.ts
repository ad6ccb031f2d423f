export { type AppName, type AppOptions, AppProcess, type ReadyFacts } from './app-process.ts';
export { Cleanup } from './cleanup.ts';
export { type LedgerLine, LedgerReader } from './ledger-reader.ts';
export { pairDevices, type PairOptions } from './pair-devices.ts';
export { plural } from './plural.ts';
export { dripfleet, type ProgramResult, runProgram } from './run-program.ts';
export { bar, Screen } from './screen.ts';
export { openServers, type Servers } from './servers.ts';
