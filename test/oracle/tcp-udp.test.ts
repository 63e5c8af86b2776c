import { TCP_UDP } from './command-lines.ts';
import { compareAll, worldOfFile } from './suite.ts';

compareAll('tcp, udp, udplite', worldOfFile(), TCP_UDP);
