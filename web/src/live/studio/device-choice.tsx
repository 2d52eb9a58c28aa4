import { SelectField } from '../../ui/field.tsx';
import type { Capture } from './use-capture.ts';

/** Which camera and microphone to use. */
export function DeviceChoice({ capture }: { capture: Capture }) {
  const { cameras, microphones, camera, microphone } = capture;
  return (
    <div className="studio-devices">
      <SelectField
        label="Camera"
        value={camera?.getSettings().deviceId ?? ''}
        disabled={cameras.length === 0}
        onChange={(event) => capture.chooseCamera({ deviceId: event.target.value })}
      >
        <Options devices={cameras} none="No camera" name="Camera" isOpen={camera !== null} />
      </SelectField>
      <SelectField
        label="Microphone"
        value={microphone?.getSettings().deviceId ?? ''}
        disabled={microphones.length === 0}
        onChange={(event) => capture.chooseMicrophone(event.target.value)}
      >
        <Options devices={microphones} none="No microphone" name="Microphone" isOpen={microphone !== null} />
      </SelectField>
    </div>
  );
}

type OptionsProps = { devices: readonly MediaDeviceInfo[]; none: string; name: string; isOpen: boolean };

function Options({ devices, none, name, isOpen }: OptionsProps) {
  if (devices.length === 0) return <option value="">{none}</option>;
  return (
    <>
      {!isOpen && <option value="">Choose …</option>}
      {devices.map(({ deviceId, label }, index) => (
        <option key={deviceId || index} value={deviceId}>
          {label || `${name} ${index + 1}`}
        </option>
      ))}
    </>
  );
}
