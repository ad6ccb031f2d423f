/** Why a file can't be sent. */
export type MediaRefusal =
  | 'media_bad_url'
  | 'media_private_address'
  | 'media_redirected'
  | 'media_not_found'
  | 'media_forbidden'
  | 'media_too_large'
  | 'media_wrong_type';

export type MediaFailure =
  /** Asking again will not help. */
  Readonly<{ kind: 'refused'; code: MediaRefusal }> | Readonly<{ kind: 'unavailable' }>;

/** What a download may reach. */
export type MediaReach = Readonly<{
  /** Plain HTTP too. */
  http: boolean;
  mayConnect(address: string): boolean;
  /** The only certificates to trust; undefined: the usual ones. */
  ca?: string | undefined;
}>;
