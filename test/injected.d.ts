// What `inject(…)` gives is declared beside the setup that provides it, which is no part of the edge's program.
import './setup/provided-context.ts';
