import { main } from './main.ts';

main(process.argv.slice(2), process.env).then(
  (status) => process.exit(status),
  (error: unknown) => {
    process.stderr.write(`sockdiag: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
