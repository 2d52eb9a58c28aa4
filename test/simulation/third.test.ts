import './stand-ins.ts';
import { simulate } from './simulate.ts';

simulate(2);
