import type { OriginConfiguration } from '../configuration.ts';
import { checkAnnouncedAddress, checkPipeAddress } from './announced-address.ts';
import { checkControlAddress, checkSecret } from './control.ts';
import type { Finding } from './finding.ts';
import { checkMediaWorker } from './media-worker.ts';
import { checkMediaPorts } from './ports.ts';
import { checkEdge, isRunning } from './services.ts';

/** Why video would not come through an origin with this configuration, on this machine. Works beside a running one too. */
export async function examineOrigin(configuration: OriginConfiguration): Promise<Finding[]> {
  const running = await isRunning(configuration);
  const findings = await Promise.all([
    checkMediaWorker(),
    checkAnnouncedAddress(configuration),
    checkMediaPorts(configuration, running),
    checkPipeAddress(configuration),
    checkEdge(configuration),
    checkSecret(configuration),
    checkControlAddress(configuration),
  ]);
  return findings.flat();
}
