import { Device } from 'mediasoup-client';
import type { RtpCapabilities, TransportOptions } from 'mediasoup-client/types';
import type { IceServer } from '#contract/live-room.ts';
import { ROUTER_RTP_CAPABILITIES } from '#contract/router-capabilities.ts';
import type { TransportParameters, RtpCapabilities as WireCapabilities } from '#contract/rtp.ts';
import { MediaUnsupportedError } from './media-link.ts';

let loading: Promise<Device> | null = null;

/** This browser as an endpoint. It is made once: what origins can do is known beforehand. @throws MediaUnsupportedError */
export function loadDevice(): Promise<Device> {
  loading ??= load().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function load(): Promise<Device> {
  try {
    const device = await Device.factory();
    // mediasoup-client's type lacks a header extension that mediasoup has.
    await device.load({ routerRtpCapabilities: ROUTER_RTP_CAPABILITIES as RtpCapabilities });
    return device;
  } catch (error) {
    throw new MediaUnsupportedError(
      'This browser cannot play or send live video. A current Chrome, Edge, Firefox or Safari can.',
      { cause: error },
    );
  }
}

/** What this browser can receive, as the room wants it. */
export function receivable(device: Device): WireCapabilities {
  const { codecs = [], headerExtensions = [] } = device.recvRtpCapabilities;
  return { codecs, headerExtensions };
}

/** An origin's end of a transport, with the ways to it. */
export function transportOptions(parameters: TransportParameters, iceServers: IceServer[]): TransportOptions {
  return { ...parameters, iceServers };
}
