/** A template that Proxmox offers for download. */
export interface Appliance {
  /** `debian-13-standard_13.1-2_amd64.tar.zst` */
  readonly file: string;
  readonly package: string;
  readonly version: string;
  readonly os: string;
  /** `system`, `mail`, `turnkeylinux`. */
  readonly section: string;
  readonly headline: string;
}
