-- Real time. A claim moves it ahead too, so that what a dead worker had claimed is taken up again.
ALTER TABLE delivery ADD COLUMN next_attempt_at timestamptz NOT NULL DEFAULT now();
-- Claims that found an earlier claim without its mark: the message may have arrived then.
ALTER TABLE delivery ADD COLUMN repeats integer NOT NULL DEFAULT 0;
CREATE INDEX delivery_due ON delivery (next_attempt_at) WHERE state = 'due';

-- For events that were relayed a while ago and have no receipt.
CREATE INDEX event_by_relay ON event (relayed_at) WHERE relayed_at IS NOT NULL;
