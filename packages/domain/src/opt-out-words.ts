/** Two lists of phrases, in any script, case and spelling of accents. */
export type OptOutPhrases = Readonly<{
  /** Mean an opt-out wherever they stand as whole words. Of a script without spaces: only as the whole message. */
  words: readonly string[];
  /** Mean one when nothing else is written. */
  messages: readonly string[];
}>;

/**
 * The built-in words, by language. `words` are those that hardly mean anything else to a sender of sequences; a word that
 * also has an everyday meaning ("end", "baja", "fin") counts alone. A wrong opt-out costs a contact a few messages; a
 * missed one costs the account. The English ones begin with what carriers in the USA must honour.
 */
export const optOutPhrases: Readonly<Record<string, OptOutPhrases>> = {
  english: {
    words: list(`
      stop, stopall, unsubscribe, unsubscribed, unsubscribing, un-subscribe, unsubcribe,
      unsuscribe, optout, opt-out, opt out, opting out, remove me, take me off, leave me alone,
      do not contact, don't contact, dont contact, do not message, don't message, dont message,
      do not text me, don't text me, dont text me, no more messages
    `),
    messages: list(`
      end, quit, cancel, revoke, remove, no more, enough, go away
    `),
  },
  spanish: {
    words: list(`
      darme de baja, dame de baja, dar de baja, deme de baja, denme de baja, dadme de baja,
      desuscribir, desuscribirme, desuscribirse, cancelar suscripción, cancelar la suscripción,
      cancelar mi suscripción, no me escribas, no me escriba, no me escriban, no me escribáis,
      no me contacten, no me mandes más, no me manden más, no me envíes más, no me envíen más,
      no más mensajes, no quiero más mensajes, no quiero recibir, dejen de escribir,
      dejen de escribirme, deja de escribirme, deje de escribirme, deja de enviarme,
      dejen de enviarme
    `),
    messages: list(`
      baja, alto, parar, para, pare, paren, basta, ya basta, cancelar, cancela, detener, detente,
      salir, fin, anular, eliminar, no más
    `),
  },
  portuguese: {
    words: list(`
      descadastrar, descadastre, descadastrem, cancelar inscrição, cancelar a inscrição,
      cancelar minha inscrição, cancelar assinatura, não quero receber, não quero mais receber,
      não quero mais mensagens, não me mande, não me mandem, não me manda mais, não me envie,
      não me enviem, não me envia mais, não envie mais, não enviem mais, pare de enviar,
      parem de enviar, pare de mandar, parem de mandar, para de mandar, me remova, me removam,
      me tire da lista, me tira da lista, chega de mensagens
    `),
    messages: list(`
      parar, pare, parem, sair, cancelar, cancela, remover, descadastro, chega, basta, fim,
      encerrar, não quero mais
    `),
  },
  french: {
    words: list(`
      désabonner, désabonnez, désabonnez-moi, désabonnement, désinscrire, désinscrivez,
      désinscrivez-moi, désinscription, ne plus recevoir, ne m'écrivez plus, ne me contactez plus,
      ne m'envoyez plus, arrêtez de m'écrire, arrêtez de m'envoyer
    `),
    messages: list(`
      arrêt, arrêter, arrête, arrêtez, annuler, annulez, fin, terminer, quitter, résilier,
      supprimer, cesser, assez, plus de messages, ça suffit
    `),
  },
  german: {
    words: list(`
      stopp, abmelden, abmeldung, abbestellen, abbestellung, mich austragen,
      keine nachrichten mehr, keine weiteren nachrichten, nicht mehr schreiben,
      nicht mehr anschreiben, nicht mehr kontaktieren, lass mich in ruhe, lasst mich in ruhe,
      lassen sie mich in ruhe
    `),
    messages: list(`
      ende, beenden, aufhören, aufhoeren, abbrechen, kündigen, kuendigen, kündigung, austragen,
      löschen, loeschen, halt, schluss
    `),
  },
  italian: {
    words: list(`
      disiscrivermi, disiscrivimi, disiscrivetemi, disiscrizione, annulla iscrizione,
      annulla l'iscrizione, annullare l'iscrizione, cancellami, cancellatemi, rimuovimi,
      rimuovetemi, non scrivetemi, non scrivermi più, non contattatemi, non contattarmi più,
      non inviatemi, non voglio più ricevere, non voglio ricevere, basta messaggi
    `),
    messages: list(`
      basta, ferma, fermati, fermare, annulla, annullare, cancella, cancellare, cancellazione,
      rimuovi, esci, smettila, smettetela
    `),
  },
  dutch: {
    words: list(`
      afmelden, afmelding, uitschrijven, uitschrijving, geen berichten meer, niet meer appen,
      niet meer sturen, laat me met rust, laat mij met rust
    `),
    messages: list(`
      stoppen, einde, beëindigen, annuleren, opzeggen, verwijder, verwijderen, ophouden, hou op,
      houd op
    `),
  },
  polish: {
    words: list(`
      wypisz, wypiszcie, wypisać, wyrejestruj, odsubskrybuj, nie pisz, nie piszcie, nie pisać,
      nie kontaktuj, nie kontaktujcie, nie wysyłaj, nie wysyłajcie, usuń mnie, usuńcie mnie
    `),
    messages: list(`
      koniec, przestań, przestańcie, zatrzymaj, dość, anuluj, wyłącz, usuń, zakończ, rezygnuję,
      rezygnacja, wypisuję się
    `),
  },
  turkish: {
    words: list(`
      aboneliği iptal, aboneliğimi iptal, abonelikten çık, abonelikten çıkar, mesaj atma,
      mesaj atmayın, mesaj gönderme, mesaj göndermeyin, listeden çıkar, listeden çıkarın,
      beni çıkarın, beni silin
    `),
    messages: list(`
      dur, durun, durdur, durdurun, iptal, iptal et, iptal edin, çık, çıkış, ret, yeter, bitir,
      istemiyorum
    `),
  },
  russian: {
    words: list(`
      стоп, отписка, отписаться, отпишите, отпиши, не пишите, не пиши, не присылайте, не присылай,
      не отправляйте, не беспокоить, не беспокойте, удалите меня
    `),
    messages: list(`
      хватит, отмена, отменить, прекратите, прекрати, прекратить, остановить, остановите,
      остановись, удалить, удалите, выход, конец, довольно, отказ, отказаться
    `),
  },
  ukrainian: {
    words: list(`
      стоп, відписка, відписатися, відписатись, відпишіть, відпиши, не пишіть, не пиши,
      не надсилайте, не надсилай, не турбуйте, видаліть мене
    `),
    messages: list(`
      досить, годі, скасувати, скасуйте, припиніть, припини, припинити, зупинити, зупиніть,
      зупинись, видалити, кінець, вихід, відмова, відмовитися
    `),
  },
  arabic: {
    words: list(`
      ستوب, إلغاء الاشتراك, ألغ الاشتراك, ألغوا اشتراكي, لا ترسل, لا ترسلوا, لا تراسلني,
      لا تراسلوني, أوقفوا الرسائل, أوقف الرسائل, إيقاف الرسائل, احذفوني
    `),
    messages: list(`
      توقف, توقفوا, قف, وقف, أوقف, إيقاف, إلغاء, إنهاء, خروج, كفى, يكفي, حذف
    `),
  },
  hebrew: {
    words: list(`
      סטופ, הסר, להסרה, הסירו אותי, תסירו אותי, תסיר אותי, אל תשלחו, אל תשלח, תפסיקו לשלוח,
      הפסיקו לשלוח
    `),
    messages: list(`
      עצור, עצרו, די, הפסק, הפסיקו, תפסיקו, תפסיק, הסרה, הסירו, ביטול, בטל, מספיק, סיום,
      לא מעוניין, לא מעוניינת
    `),
  },
  hindi: {
    words: list(`
      स्टॉप, अनसब्सक्राइब, मत भेजो, मत भेजें, मत भेजिए, मैसेज मत करो, मैसेज मत करें,
      सदस्यता समाप्त, mat bhejo, message mat karo, msg mat karo
    `),
    messages: list(`
      रोको, रोकें, रोकिए, रुको, रुकें, रुकिए, बंद, बंद करो, बंद करें, बंद कीजिए, बस, रद्द,
      रद्द करें, समाप्त, हटाओ, हटाएं, band karo, band kar do
    `),
  },
  indonesian: {
    words: list(`
      berhenti berlangganan, jangan kirim, jangan hubungi, jangan chat, jangan wa,
      hapus nomor saya, keluarkan saya
    `),
    messages: list(`
      berhenti, hentikan, henti, batal, batalkan, keluar, cukup, hapus, tidak mau
    `),
  },
  chinese: {
    words: [],
    messages: list(`
      停, 停止, 请停止, 請停止, 停止发送, 停止發送, 退订, 退訂, 我要退订, 我要退訂, 回复td退订, td, 取消, 取消订阅, 取消訂閱, 拒收, 结束, 結束,
      别发了, 別發了, 别再发了, 別再發了, 不要再发, 不要再发了, 不要再發, 不要再發了
    `),
  },
  japanese: {
    words: [],
    messages: list(`
      ストップ, 停止, 配信停止, 配信解除, 登録解除, 解除, 解約, 退会, 中止, 終了, キャンセル, やめて, やめてください, 止めて, 止めてください, 送らないで,
      送らないでください, もう送らないで, もう送らないでください
    `),
  },
  korean: {
    words: list(`
      수신거부, 수신 거부, 수신거부요청, 수신거부합니다, 수신거부해주세요, 구독취소, 구독 취소, 구독해지, 구독 해지, 보내지 마, 보내지 마세요, 보내지마세요,
      연락하지 마세요, 그만 보내, 그만 보내세요, 그만보내세요
    `),
    messages: list(`
      중지, 중단, 정지, 그만, 그만해, 그만하세요, 취소, 해지, 거부, 종료, 탈퇴, 차단, 스톱, 스탑
    `),
  },
  thai: {
    words: [],
    messages: list(`
      หยุด, หยุดส่ง, ยกเลิก, ยกเลิกการสมัคร, เลิกส่ง, ไม่ต้องส่ง, ไม่ต้องส่งมา, พอแล้ว
    `),
  },
};

function list(text: string): readonly string[] {
  return text.split(',').map((phrase) => phrase.trim());
}
