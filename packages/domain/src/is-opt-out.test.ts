import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { foldText } from './fold-text.ts';
import { compileOptOutWords, isOptOut } from './is-opt-out.ts';
import { optOutPhrases } from './opt-out-words.ts';

const builtIn = compileOptOutWords();
const says = (text: string) => isOptOut(text, builtIn);

describe('in each language', () => {
  /** What counts: in a sentence, and alone. What does not: the lone word in a sentence of another meaning. */
  const cases: Record<string, { yes: readonly string[]; no: readonly string[] }> = {
    english: {
      yes: [
        'STOP',
        'Please stop!',
        'unsubscribe me now',
        "Don't message me",
        'I want to opt-out',
        'End',
      ],
      no: ['At the end of May', 'Can I cancel the second order?', 'I quit smoking', 'Thanks!'],
    },
    spanish: {
      yes: ['BAJA', '¡Basta!', 'Quiero darme de baja', 'por favor no me escriban mas', 'no más'],
      no: ['Vivo en la planta baja', 'Es para mi madre', '¿Puedo parar en Lugo?'],
    },
    portuguese: {
      yes: ['SAIR', 'parar', 'não quero receber isso', 'NAO ME MANDE mensagem', 'Chega!'],
      no: ['Como faço para sair do metrô?', 'Isso é para mim?'],
    },
    french: {
      yes: [
        'ARRET',
        'arrêt',
        'Je veux me désabonner',
        'merci de ne plus recevoir vos offres',
        'Ça suffit !',
      ],
      no: ['Où est l’arrêt de bus ?', 'À la fin du mois'],
    },
    german: {
      yes: ['STOPP', 'Bitte abmelden', 'Ende.', 'aufhoeren', 'Bitte keine Nachrichten mehr'],
      no: ['Am Ende der Woche', 'Halt mich auf dem Laufenden'],
    },
    italian: {
      yes: ['BASTA', 'Per favore cancellatemi', 'non voglio piu ricevere messaggi', 'Annulla'],
      no: ['Fine', 'Quanto basta?', 'Si ferma alle 8?'],
    },
    dutch: {
      yes: ['Stoppen', 'graag uitschrijven', 'beeindigen', 'geen berichten meer aub'],
      no: ['Wij stoppen om vijf uur', 'Aan het einde van de straat'],
    },
    polish: {
      yes: ['przestań', 'PRZESTAN', 'wylacz', 'Proszę nie pisać', 'wypisz mnie'],
      no: ['To już koniec lata', 'Mam dość czasu'],
    },
    turkish: {
      yes: ['İPTAL', 'iptal', 'IPTAL', 'ÇIKIŞ', 'cikis', 'lütfen mesaj atmayın', 'Dur!'],
      no: ['Kırmızı ışıkta dur demiş', 'Siparişi iptal edebilir miyim?'],
    },
    russian: {
      yes: ['СТОП', 'Хватит!', 'Пожалуйста, не пишите мне', 'отписаться'],
      no: ['В конец очереди', 'Отменить заказ можно?'],
    },
    ukrainian: {
      yes: ['Стоп', 'Досить', 'Не пишіть мені більше', 'ПРИПИНІТЬ'],
      no: ['Це досить добре', 'Де тут вихід?'],
    },
    arabic: {
      yes: ['توقف', 'إلغاء', 'الغاء', 'أريد إلغاء الاشتراك', 'لا ترسلوا لي', 'كَفَى'],
      no: ['أين موقف الحافلة', 'هل يمكن إلغاء الطلب الثاني؟'],
    },
    hebrew: {
      yes: ['הסר', 'אנא הסר אותי', 'די!', 'עצור', 'דַּי'],
      no: ['זה די טוב', 'ביטול ההזמנה בבקשה'],
    },
    hindi: {
      yes: ['बंद करो', 'स्टॉप', 'कृपया संदेश मत भेजो', 'रोकें', 'band karo'],
      no: ['दुकान बंद है क्या', 'बस कब आएगी'],
    },
    indonesian: {
      yes: ['BERHENTI', 'tolong jangan kirim lagi', 'Batal', 'Hentikan!'],
      no: ['Bus berhenti di mana?', 'Cukup bagus'],
    },
    chinese: {
      yes: ['停止', '退订', '「退訂」', '取消。', 'ＴＤ', '请 stop 吧', '请stop吧'],
      no: ['不停止', '我想取消第二个订单', '公交车停在哪里'],
    },
    japanese: {
      yes: ['停止', 'やめて', 'ストップ', 'ｽﾄｯﾌﾟ', '配信停止!', 'もう送らないでください。'],
      no: ['一時停止の標識', 'やめておきます', 'バスストップ'],
    },
    korean: {
      yes: ['수신거부', '그만', '중지!', '이제 그만 보내세요', '구독 취소'],
      no: ['그만큼 좋아요', '주문 취소 가능한가요'],
    },
    thai: {
      yes: ['หยุด', 'ยกเลิก!', 'ไม่ต้องส่งมา'],
      no: ['รถหยุดที่ไหน', 'วันหยุด'],
    },
  };

  test.each(Object.entries(cases))('%s', (_, { yes, no }) => {
    expect(yes.filter((text) => !says(text))).toEqual([]);
    expect(no.filter((text) => says(text))).toEqual([]);
  });

  it('every built-in language has its cases', () => {
    expect(Object.keys(cases).toSorted()).toEqual(Object.keys(optOutPhrases).toSorted());
  });
});

describe('isOptOut', () => {
  // Guards: contacts lost because a word holds another.
  it.each([
    'stopwatch',
    'nonstop',
    'non-stop',
    'non‑stop',
    "don't-stop-ing",
    'bus-stop',
    'stopping',
    'unstoppable',
    'stop2go',
    "stop'n'go",
    'désabonnements',
    'стоп-кадр',
    'Stopfen',
    '',
    ' ',
    '👍',
    '?',
    'STO P',
  ])('passes over %j', (text) => {
    expect(says(text)).toBe(false);
  });

  // Guards: an opt-out missed for how a phone writes it.
  it.each([
    ' stop ',
    '"Stop"',
    '“STOP”',
    '*STOP*',
    '_stop_',
    '~stop~',
    'stop🛑',
    '🛑 STOP ❤️',
    'ＳＴＯＰ',
    '𝐒𝐓𝐎𝐏',
    'S\u00ADTOP',
    '\u200Estop\u200F',
    'S\u200BTOP',
    'ok.stop.',
    'stop,please',
    'stop\nthanks',
    'no! stop',
    "'stop'",
    'sto\u0301p',
    'opt out',
    'OPT  OUT',
    'end.',
    '"End"',
    'No more!!!',
    'don’t contact me',
  ])('takes %j for one', (text) => {
    expect(says(text)).toBe(true);
  });

  it('adds words of the operator, folded as all are', () => {
    const words = compileOptOutWords({ words: ['Genug Jetzt'], messages: ['Nö', '!!', ''] });
    expect(isOptOut('so, GENUG jetzt', words)).toBe(true);
    expect(isOptOut('nö', words)).toBe(true);
    expect(isOptOut('no', words)).toBe(true);
    expect(isOptOut('nö, doch', words)).toBe(false);
    expect(isOptOut('!!', words)).toBe(false);
  });

  it('takes added words of scripts without spaces for whole messages', () => {
    const words = compileOptOutWords({ words: ['再见'], messages: [] });
    expect(isOptOut('再见!', words)).toBe(true);
    expect(isOptOut('再见 明天', words)).toBe(false);
  });

  // A contact can send 65,000 characters, again and again.
  it('reads the beginning of a long text alone, and no half of a word', () => {
    expect(says(`Please stop. ${'lorem ipsum '.repeat(100_000)}`)).toBe(true);
    expect(says(`${'lorem ipsum '.repeat(100_000)} stop`)).toBe(false);
    const cut = `${'x '.repeat(998)}stopwatch`;
    expect(cut.slice(0, 2_000)).toMatch(/ stop$/);
    expect(says(cut)).toBe(false);
    expect(says(`stop${' '.repeat(5_000)}`)).toBe(true);
  });
});

const words = [...builtIn.words];
const messages = [...builtIn.messages];
/** Of scripts with spaces. */
const letters = fc.constantFrom('a', 'z', 'é', 'ñ', 'ß', 'ø', 'ж', 'і', 'ג', 'ص', 'क', '7');

describe('whatever is written', () => {
  it('a word counts anywhere, in any case, between any separators', () => {
    const gap = fc.stringMatching(/^[ \n.,;:!?"“”()*_~/]{1,5}$/);
    const other = fc.constantFrom('', 'ok', 'привет', 'नमस्ते', 'שלום', '🙂');
    fc.assert(
      fc.property(fc.constantFrom(...words), fc.tuple(gap, gap), other, (word, gaps, text) => {
        const message = [text, gaps[0], word, gaps[1], text].join('');
        for (const form of [message, message.toUpperCase(), message.normalize('NFD')]) {
          expect(says(form)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('a message counts with nothing but punctuation and emoji around it', () => {
    const around = fc.stringMatching(/^[ .,!?"“”()*🛑🙏]{0,5}$/u);
    fc.assert(
      fc.property(fc.constantFrom(...messages), around, around, (message, before, after) => {
        expect(says(`${before}${message.toUpperCase()}${after}`)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('nothing counts inside a longer word', () => {
    const one = words.filter((word) => !word.includes(' '));
    fc.assert(
      fc.property(fc.constantFrom(...one), letters, fc.boolean(), (word, letter, isBefore) => {
        const longer = isBefore ? `${letter}${word}` : `${word}${letter}`;
        fc.pre(!builtIn.words.has(foldText(longer)) && !builtIn.messages.has(foldText(longer)));
        expect(says(`well ${longer} then`)).toBe(false);
        expect(says(longer)).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it('case, accents and outer punctuation never change the answer', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        const answer = says(text);
        expect(says(`  ${text}!`)).toBe(answer);
        expect(says(text.normalize('NFD'))).toBe(answer);
        expect(says(foldText(text))).toBe(answer);
      }),
      { numRuns: 500 },
    );
  });

  it('folding twice is folding once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(foldText(foldText(text))).toBe(foldText(text));
      }),
    );
  });
});
