import { type ChangeEvent, useId } from 'react';
import type { AnimationReport } from '../api/types.ts';
import { span } from '../text/format.ts';
import { Field } from './Field.tsx';
import type { Faults, SettingsText } from './settings.ts';

interface SettingsFormProps {
  readonly text: SettingsText;
  readonly faults: Faults;
  readonly animations: readonly AnimationReport[];
  readonly variants: readonly string[];
  /** Those that turn pictures into pictures. */
  readonly models: readonly string[];
  readonly onChange: (change: Partial<SettingsText>) => void;
}

const SIZES = ['1280×720', '1920×1080', '3840×2160', '1080×1080', '1080×1920'] as const;
const QUALITIES = [
  { name: 'Draft', samples: '16' },
  { name: 'Good', samples: '64' },
  { name: 'Fine', samples: '256' },
  { name: 'Final', samples: '1024' },
] as const;

const CURVES = [
  { curve: 'ACES', name: 'ACES' },
  { curve: 'NEUTRAL', name: 'Khronos PBR Neutral' },
  { curve: 'AGX', name: 'AgX' },
  { curve: 'FILMIC', name: 'Filmic (Hable)' },
  { curve: 'LINEAR', name: 'Linear' },
] as const;

type Switch = 'denoise' | 'layers' | 'sixteenBits' | 'cyclesBounces';
type NumberField = Exclude<keyof SettingsText, 'curve' | 'animate' | 'animation' | 'variant' | 'model' | 'secondModel' | Switch>;

/** Size, samples, bounces, frames and the way to the screen. */
export function SettingsForm({ text, faults, animations, variants, models, onChange }: SettingsFormProps) {
  const number = (field: NumberField) => ({
    value: text[field],
    inputMode: 'decimal' as const,
    fault: faults[field],
    onChange: (event: ChangeEvent<HTMLInputElement>) => onChange({ [field]: event.target.value }),
  });
  return (
    <>
      <fieldset>
        <legend>Picture</legend>
        <SizeChoice text={text} onChange={onChange} />
        <div className="pair">
          <Field label="Width" unit="px" {...number('width')} />
          <Field label="Height" unit="px" {...number('height')} />
        </div>
        <div className="chips" role="group" aria-label="Quality">
          {QUALITIES.map(({ name, samples }) => (
            <button
              key={name}
              type="button"
              className="chip"
              aria-pressed={text.samples === samples}
              onClick={() => onChange({ samples })}
            >
              {name}
            </button>
          ))}
        </div>
        <div className="pair">
          <Field label="Samples" unit="per pixel" {...number('samples')} />
          <Field label="Bounces" unit="at most" {...number('maxBounces')} />
        </div>
        <HardwareChoice text={text} onChange={onChange} />
      </fieldset>
      {variants.length > 0 && <VariantChoice text={text} variants={variants} onChange={onChange} />}
      <Frames text={text} animations={animations} number={number} onChange={onChange} />
      <details>
        <summary>Lens</summary>
        <div className="pair">
          <Field label="Radius" unit="scene units" {...number('aperture')} />
          <Field label="Sharp at" unit="scene units" {...number('focus')} />
        </div>
        <p className="hint">A radius of 0 is a pinhole: everything is sharp.</p>
      </details>
      <details>
        <summary>Colour and noise</summary>
        <div className="pair">
          <CurveChoice text={text} onChange={onChange} />
          <Field label="Exposure" unit="stops" {...number('exposure')} />
        </div>
        <Check label="Limit each kind of bounce as Cycles does" field="cyclesBounces" text={text} onChange={onChange} />
        <Field label="Most indirect light" unit="of a path; 0: no limit" {...number('indirectClamp')} />
        <Check label="Take the noise out" field="denoise" text={text} onChange={onChange} />
        <Check label="16 bits a channel in the PNG" field="sixteenBits" text={text} onChange={onChange} />
        <Check label="Albedo, normal, depth and material in the EXR" field="layers" text={text} onChange={onChange} />
        {models.length > 0 && <ModelChoice label="Then through a model" field="model" text={text} models={models} onChange={onChange} />}
        {text.model !== '' && <ModelChoice label="And through another" field="secondModel" text={text} models={models} onChange={onChange} />}
        <Field label="Seed" unit="chooses the noise" {...number('seed')} />
      </details>
    </>
  );
}

type Part = Pick<SettingsFormProps, 'text' | 'onChange'>;

function SizeChoice({ text, onChange }: Part) {
  const id = useId();
  const current = `${text.width}×${text.height}`;
  const choose = (event: ChangeEvent<HTMLSelectElement>): void => {
    const [width, height] = event.target.value.split('×');
    if (width !== undefined && height !== undefined) {
      onChange({ width, height });
    }
  };
  return (
    <div className="field">
      <label htmlFor={id}>Size</label>
      <select id={id} value={SIZES.some((size) => size === current) ? current : 'own'} onChange={choose}>
        {SIZES.map((size) => (
          <option key={size}>{size}</option>
        ))}
        <option value="own">Your own</option>
      </select>
    </div>
  );
}

function CurveChoice({ text, onChange }: Part) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>Tone curve</label>
      <select id={id} value={text.curve} onChange={(event) => onChange({ curve: event.target.value as SettingsText['curve'] })}>
        {CURVES.map(({ curve, name }) => (
          <option key={curve} value={curve}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

function HardwareChoice({ text, onChange }: Part) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>Rendered by</label>
      <select id={id} value={text.hardware} onChange={(event) => onChange({ hardware: event.target.value as SettingsText['hardware'] })}>
        <option value="any">Any machine</option>
        <option value="cpu">CPUs alone</option>
        <option value="gpu">GPUs alone</option>
      </select>
    </div>
  );
}

function Check({ label, field, text, onChange }: Part & { readonly label: string; readonly field: Switch }) {
  return (
    <label className="check">
      <input type="checkbox" checked={text[field]} onChange={(event) => onChange({ [field]: event.target.checked })} />
      {label}
    </label>
  );
}

function VariantChoice({ text, variants, onChange }: Part & { readonly variants: readonly string[] }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>Material variant</label>
      <select id={id} value={text.variant} onChange={(event) => onChange({ variant: event.target.value })}>
        <option value="">The scene's own materials</option>
        {variants.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </div>
  );
}

interface ModelChoiceProps extends Part {
  readonly label: string;
  readonly field: 'model' | 'secondModel';
  readonly models: readonly string[];
}

function ModelChoice({ label, field, text, models, onChange }: ModelChoiceProps) {
  const id = useId();
  const chosen = (value: string): Partial<SettingsText> => (field === 'model' && value === '' ? { model: '', secondModel: '' } : { [field]: value });
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={text[field]} onChange={(event) => onChange(chosen(event.target.value))}>
        <option value="">None</option>
        {models.map((name) => [
          <option key={`${name}:LINEAR`} value={`${name}:LINEAR`}>{`${name}, on linear colours`}</option>,
          <option key={`${name}:SRGB`} value={`${name}:SRGB`}>{`${name}, on display colours`}</option>,
        ])}
      </select>
    </div>
  );
}

interface FramesProps extends Part {
  readonly animations: readonly AnimationReport[];
  readonly number: (field: NumberField) => Omit<Parameters<typeof Field>[0], 'label'>;
}

function Frames({ text, animations, number, onChange }: FramesProps) {
  const id = useId();
  return (
    <fieldset>
      <legend>Frames</legend>
      <div className="chips" role="group" aria-label="Still or animation">
        <button type="button" className="chip" aria-pressed={!text.animate} onClick={() => onChange({ animate: false })}>
          One picture
        </button>
        <button type="button" className="chip" aria-pressed={text.animate} onClick={() => onChange({ animate: true })}>
          Animation
        </button>
      </div>
      {text.animate && (
        <>
          {animations.length > 0 ? (
            <div className="field">
              <label htmlFor={id}>Animation</label>
              <select id={id} value={text.animation || '0'} onChange={(event) => onChange({ animation: event.target.value })}>
                {animations.map((animation, i) => (
                  <option key={i} value={i}>
                    {animation.name === '' ? `Animation ${i}` : animation.name} ({span(animation.seconds * 1000)})
                  </option>
                ))}
              </select>
            </div>
          ) : (
            <p className="hint">The scene has no animation: all frames show the same.</p>
          )}
          <div className="triple">
            <Field label="First" {...number('firstFrame')} />
            <Field label="Last" {...number('lastFrame')} />
            <Field label="Per second" {...number('framesPerSecond')} />
          </div>
          <Field label="Shutter open" unit="frames; 0: no motion blur" {...number('shutter')} />
        </>
      )}
    </fieldset>
  );
}
