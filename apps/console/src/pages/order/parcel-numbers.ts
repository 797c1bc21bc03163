const plain = (text: string) => text.replace(/[\s-]/g, '').toUpperCase()

/** Whether one of the parcels has this number of this carrier, whatever its spaces, hyphens and capitals are. */
export const hasParcel = (
  parcels: readonly { carrier: string; trackingNumber: string }[],
  carrier: string,
  trackingNumber: string,
): boolean =>
  plain(trackingNumber) !== '' &&
  parcels.some(
    parcel => plain(parcel.trackingNumber) === plain(trackingNumber) && plain(parcel.carrier) === plain(carrier),
  )
